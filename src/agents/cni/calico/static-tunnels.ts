import type { Part, Target } from '../../../kernel/iptables/ast.ts'
import type { Family } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import type { FelixRule } from './long-form.ts'
import { setName } from './names.ts'

/** What of a node's Calico the chains that every node has depend on. */
export interface StaticConfig {
  readonly family: Family
  readonly ipip: boolean
  readonly vxlan: boolean
  readonly vxlanPort: number
  /** Some pool hides its Pods behind the node. */
  readonly natOutgoing: boolean
  /** What goes to a node's own address is not hidden. */
  readonly hostsExcluded: boolean
  readonly randomFully: boolean
  /** kube-proxy is in IPVS mode: Felix sees kube-ipvs0. */
  readonly ipvs: boolean
  readonly toHost: 'Accept' | 'Drop' | 'Return'
  readonly because: CauseId
  readonly masquerade: CauseId
}

export const accept: Target = { kind: 'accept' }
export const proto = (number: string): Part => ({ part: 'proto', proto: number })
const ports = (port: number): Part => ({ part: 'match', match: { kind: 'multiport', which: 'dports', ports: [{ from: port, to: port }] } })
export const inSet = (name: string, dir: 'src' | 'dst', not?: true): Part => ({
  part: 'match',
  match: { kind: 'set', name, dirs: [dir], ...(not ? { not } : {}) },
})
const local: Part = { part: 'match', match: { kind: 'addrtype', dst: 'LOCAL' } }

/** Outer packets come from nodes alone. */
export function tunnelInput({ family, ipip, vxlan, vxlanPort }: StaticConfig): readonly FelixRule[] {
  const udp = [proto('17'), ports(vxlanPort)]
  return [
    ...(ipip
      ? [
          {
            comments: ['Allow IPIP packets from Calico hosts'],
            match: [proto('4'), inSet('cali40all-hosts-net', 'src'), local],
            action: accept,
          },
          { comments: ['Drop IPIP packets from non-Calico hosts'], match: [proto('4')], action: { kind: 'drop' } as const },
        ]
      : []),
    ...(vxlan
      ? [
          {
            comments: [`Allow IPv${family} VXLAN packets from allowed hosts`],
            match: [...udp, inSet(setName('all-vxlan-net', family), 'src'), local],
            action: accept,
          },
          {
            comments: [`Drop IPv${family} VXLAN packets from non-allowed hosts`],
            match: [...udp, local],
            action: { kind: 'drop' } as const,
          },
        ]
      : []),
  ]
}

/** The node's own outer packets. Those of forwarded ones come from it as well. */
export function tunnelOutput({ family, ipip, vxlan, vxlanPort }: StaticConfig): readonly FelixRule[] {
  const own: Part = { part: 'match', match: { kind: 'addrtype', src: 'LOCAL' } }
  return [
    ...(ipip
      ? [
          {
            comments: ['Allow IPIP packets to other Calico hosts'],
            match: [proto('4'), inSet('cali40all-hosts-net', 'dst'), own],
            action: accept,
          },
        ]
      : []),
    ...(vxlan
      ? [
          {
            comments: [`Allow IPv${family} VXLAN packets to other allowed hosts`],
            match: [proto('17'), ports(vxlanPort), own, inSet(setName('all-vxlan-net', family), 'dst')],
            action: accept,
          },
        ]
      : []),
  ]
}
