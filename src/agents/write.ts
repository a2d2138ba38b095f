import type { AddrType, CtStateWord, Part, Target } from '../kernel/iptables/ast.ts'
import type { Cidr, Ip } from '../net/ip.ts'

/** Word groups of rules, so that a writer's file reads like the rules it writes. */
export const comment = (text: string): Part => ({ part: 'match', match: { kind: 'comment', text } })
export const from = (net: Cidr | Ip): Part => ({ part: 'src', net })
export const notFrom = (net: Cidr | Ip): Part => ({ part: 'src', net, not: true })
export const to = (net: Cidr | Ip): Part => ({ part: 'dst', net })
export const notTo = (net: Cidr | Ip): Part => ({ part: 'dst', net, not: true })
export const states = (...words: readonly CtStateWord[]): Part => ({ part: 'match', match: { kind: 'conntrack', states: words } })
export const notStates = (...words: readonly CtStateWord[]): Part => ({
  part: 'match',
  match: { kind: 'conntrack', states: words, not: true },
})
export const dstType = (type: AddrType): Part => ({ part: 'match', match: { kind: 'addrtype', dst: type } })
export const srcType = (type: AddrType): Part => ({ part: 'match', match: { kind: 'addrtype', src: type } })
/** `-m tcp -p tcp`, in kube-proxy's order. */
export const proto = (name: 'tcp' | 'udp' | 'sctp'): readonly Part[] => [
  { part: 'module', name },
  { part: 'proto', proto: name },
]
export const dport = (port: number): Part => ({ part: 'dport', ports: { from: port, to: port } })
export const target = (t: Target): Part => ({ part: 'target', target: t })
export const jump = (chain: string): Part => target({ kind: 'jump', chain })
/** An empty text is no part. */
export const maybeComment = (text: string | undefined): readonly Part[] => (text === undefined ? [] : [comment(text)])
