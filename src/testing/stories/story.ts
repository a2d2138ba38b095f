import type { ProbeQuestion } from '../../answer.ts'
import type { Ending, OutcomeKind } from '../../trace/journey.ts'

/** Modes of kube-proxy in which stories are told. */
export type StoryMode = 'iptables' | 'ipvs' | 'nftables' | 'userspace'
export const storyModes: readonly StoryMode[] = ['iptables', 'ipvs', 'nftables', 'userspace']

/** One lab, one probe, and what has to come of it. */
export interface Story {
  readonly name: string
  /** YAML. */
  readonly lab: string
  readonly probe: ProbeQuestion
  readonly expect: {
    readonly outcome: OutcomeKind
    readonly status?: number
    /** What the failed call returned. */
    readonly errno?: string
    /** undefined: nobody answered. */
    readonly backend?: string
    readonly backendAddress?: string
    /** Source address (without its port) as the backend sees it. */
    readonly sourceSeen?: string
    /** null: none of the walk's endings says why. */
    readonly reason?: string | null
    /** NAT of the first packet that matters, in order: `dst OLD -> NEW`, `src OLD -> NEW`; random ports as *. */
    readonly nat: readonly string[]
    /** Netns that the first packet passes, in order, each once for every visit. */
    readonly through: readonly string[]
    /** Tunnels that wrap it. */
    readonly tunnels: readonly string[]
    /** How the first packet ends. */
    readonly ending: Ending['kind']
  }
  /** Where a mode differs from iptables mode, which `expect` tells of. */
  readonly differs?: Partial<Readonly<Record<StoryMode, Partial<Story['expect']>>>>
  /** The phase of the packet that `nat`, `through` and `ending` tell of. */
  readonly about: 'connect' | 'dns' | 'request'
}
