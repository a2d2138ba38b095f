import type { Ip } from '../../net/ip.ts'
import { ipOf, l4Of, type Packet } from '../../net/packet.ts'
import type { Chain, Rule } from './ast.ts'

/**
 * Which rules of a long chain can match a packet at all, without trying them one by one. A chain of 30,000 rules is sorted once
 * by destination and port; a walk then tries the handful that remain and still knows how many it passed over.
 */
interface Index {
  readonly byDst: ReadonlyMap<string, readonly number[]>
  readonly byPort: ReadonlyMap<string, readonly number[]>
  readonly always: readonly number[]
}

/** Shorter chains are tried rule by rule. */
const WORTH_IT = 24
const made = new WeakMap<Chain, Index>()

const push = (map: Map<string, number[]>, key: string, i: number): void => {
  const list = map.get(key)
  if (list) list.push(i)
  else map.set(key, [i])
}

function portKey(rule: Rule): string | undefined {
  for (const m of rule.matches) {
    // these remember whom they saw, so nobody may pass them by
    if (m.kind === 'nth' || m.kind === 'recent' || m.kind === 'unknown') return undefined
    if ((m.kind === 'tcp' || m.kind === 'udp' || m.kind === 'sctp') && m.dport && !m.dport.not && m.dport.from === m.dport.to)
      return `${m.kind} ${m.dport.from}`
  }
  return undefined
}

function indexOf(chain: Chain): Index {
  const old = made.get(chain)
  if (old) return old
  const byDst = new Map<string, number[]>()
  const byPort = new Map<string, number[]>()
  const always: number[] = []
  for (const [i, rule] of chain.rules.entries()) {
    const host = rule.dst && !rule.dst.not && /\/(32|128)$/.test(rule.dst.net) ? rule.dst.net : undefined
    const port = host === undefined ? portKey(rule) : undefined
    if (host !== undefined) push(byDst, host.slice(0, host.lastIndexOf('/')), i)
    else if (port !== undefined) push(byPort, port, i)
    else always.push(i)
  }
  const index = { byDst, byPort, always }
  made.set(chain, index)
  return index
}

/** The numbers from one to below another, for every short chain. */
const RUNS = Array.from({ length: WORTH_IT }, (_, end) =>
  Array.from({ length: end + 1 }, (_, from) => Array.from({ length: end - from }, (_, i) => from + i)),
)
const NONE: readonly number[] = []

/** Rule numbers from `from` on that may match, in order. What lies between two of them was tried in vain. */
export function candidates(chain: Chain, packet: Packet, from: number): readonly number[] {
  if (chain.rules.length < WORTH_IT) return RUNS[chain.rules.length]?.[from] ?? NONE
  const index = indexOf(chain)
  const l4 = l4Of(packet)
  const port = l4 === undefined || l4.kind === 'icmp' ? undefined : index.byPort.get(`${l4.kind} ${l4.dport}`)
  const host = index.byDst.get(ipOf(packet)?.dst ?? ('' as Ip))
  if (host === undefined && port === undefined && from === 0) return index.always
  return [...(host ?? NONE), ...(port ?? NONE), ...index.always].filter((i) => i >= from).sort((a, b) => a - b)
}
