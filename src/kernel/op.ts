import type { Family } from '../net/ip.ts'
import type { CauseId } from '../trace/cause.ts'
import type { Bpf } from './bpf/ast.ts'
import type { SetCommand } from './ipset/ast.ts'
import type { Call, Restore } from './iptables/ast.ts'
import type { IpvsCommand } from './ipvs/ast.ts'
import type { FdbEntry, Link, Listener, Neighbour, Route } from './machine.ts'
import type { NftCommand, NftTable } from './nft/ast.ts'
import type { IpRule } from './rules.ts'

/**
 * One change to one netns, as a program makes it. Agents return lists of these; apply.ts folds them into a Netns.
 * ifindex, connected routes and local-table routes follow from links by themselves, as in the kernel.
 */
export type Op =
  | { readonly do: 'link'; readonly link: Omit<Link, 'ifindex'> & { readonly ifindex?: number } }
  | { readonly do: 'route'; readonly route: Partial<Route> & Pick<Route, 'dst'> }
  /** `ip rule add`. */
  | { readonly do: 'rule'; readonly rule: Omit<IpRule, 'priority'> & { readonly priority?: number } }
  | { readonly do: 'neigh'; readonly neigh: Neighbour }
  | { readonly do: 'fdb'; readonly fdb: FdbEntry }
  | { readonly do: 'sysctl'; readonly name: string; readonly value: number; readonly because?: CauseId }
  /** Calls of iptables made one at a time, in order (-N, -A, -I …). */
  | { readonly do: 'iptables'; readonly family: Family; readonly calls: readonly Call[] }
  /** Standard input of `iptables-restore --noflush`. */
  | { readonly do: 'iptables-restore'; readonly family: Family; readonly restore: Restore }
  /** One transaction of `nft -f`. */
  | { readonly do: 'nft'; readonly commands: readonly NftCommand[] }
  /** One transaction that makes a whole table, in the kernel's form; its chains and sets may be made when asked for. */
  | { readonly do: 'nft-table'; readonly table: NftTable }
  /** Calls of ipset, in order. */
  | { readonly do: 'ipset'; readonly commands: readonly SetCommand[] }
  /** Calls of ipvsadm, in order. */
  | { readonly do: 'ipvs'; readonly commands: readonly IpvsCommand[] }
  /** All programs of eBPF that are attached, in the place of those before. */
  | { readonly do: 'bpf'; readonly bpf: Bpf }
  | { readonly do: 'listen'; readonly listener: Listener }
  | { readonly do: 'file'; readonly path: string; readonly text: string; readonly because?: CauseId }
