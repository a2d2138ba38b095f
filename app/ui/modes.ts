import type { Modes } from '../../src/engine/modes.ts'
import { editFiles } from '../asking.ts'
import { look } from '../engine/client.ts'
import { set, state } from '../store.ts'

export type Which = keyof Modes

/** What a mode is called, and what files call it; `rare`: what few come for stands behind the others. */
const known: Readonly<Record<Which, readonly (readonly [name: string, title: string, rare?: 'rare'])[]>> = {
  proxy: [
    ['iptables', 'iptables'],
    ['ipvs', 'IPVS'],
    ['nftables', 'nftables'],
    ['ebpf', 'eBPF'],
    ['userspace', 'userspace', 'rare'],
  ],
  cni: [
    ['flannel', 'Flannel'],
    ['calico', 'Calico'],
    ['cilium', 'Cilium'],
    ['none', '', 'rare'],
    ['flannel-host-gw', 'Flannel host-gw', 'rare'],
    ['flannel-ipip', 'Flannel IPIP', 'rare'],
    ['calico-ipip', 'Calico IPIP', 'rare'],
    ['calico-ipip-crosssubnet', 'Calico IPIP CrossSubnet', 'rare'],
    ['calico-vxlan', 'Calico VXLAN', 'rare'],
    ['calico-vxlan-crosssubnet', 'Calico VXLAN CrossSubnet', 'rare'],
    ['cilium-native', 'Cilium native', 'rare'],
    ['canal', 'Canal', 'rare'],
    ['weave', 'Weave Net', 'rare'],
    ['bridge', 'bridge', 'rare'],
  ],
}

export interface Choice {
  readonly name: string
  /** '' for none. */
  readonly title: string
  readonly now: boolean
  readonly modelled: boolean
  readonly rare: boolean
  /** Whether the engine has said so: before its first answer nothing is claimed. */
  readonly known: boolean
}

/** What a switch offers: the modes that readers look for, and the one that the files say. */
export function choicesOf(modes: Modes | undefined, which: Which): readonly Choice[] {
  const { now, modelled }: { readonly now?: string; readonly modelled: readonly string[] } = modes?.[which] ?? { modelled: [] }
  const listed = known[which]
  const all = now === undefined || listed.some(([name]) => name === now) ? listed : [...listed, [now, now] as const]
  return all.map(([name, title, rare]) => ({
    name,
    title,
    rare: rare === 'rare',
    now: name === now,
    modelled: modelled.includes(name),
    known: modes !== undefined,
  }))
}

/** Writes a mode into the text, from which it is read again. One that is not modelled is said to be so, and nothing is written. */
export async function turn(which: Which, choice: Choice): Promise<void> {
  if (choice.now || !choice.known) return
  if (!choice.modelled) {
    set({ notice: { kind: 'unmodelled', what: choice.title } })
    return
  }
  const { files } = state()
  const viewed = await look({ kind: 'switch', files, what: which, value: choice.name })
  // An edit came in between: the visitor's own text is newer.
  if (state().files !== files) return
  if (viewed?.kind === 'files') editFiles(viewed.files)
  if (viewed?.kind === 'problem') set({ notice: { kind: 'problem', problem: viewed.problem } })
}
