import type { Cluster, NodeProxy } from '../../../cluster/cluster.ts'
import type { Moment } from '../../../kernel/moment.ts'
import { cleanConntrack } from './conntrack.ts'
import { LOOK_EVERY, leavingAfter, stillBusy } from './graceful.ts'

const NOTHING: NodeProxy = { state: 'stopped', wrote: [], leaving: [], starts: [], looked: 0 }

const ofIptables = ({ proxy }: Cluster): boolean => proxy.mode === 'iptables' || proxy.mode === 'ipvs'

/**
 * What a starting process leaves of others' rules (platformCleanup, cmd/kube-proxy/app/server_linux.go): nftables mode takes away those
 * of iptables and IPVS mode, these take away the nftables table, and between iptables and IPVS mode nothing is cleaned. Of its own mode it
 * writes everything anew.
 */
function leftBy(wrote: NodeProxy['wrote'], now: Cluster): NodeProxy['wrote'] {
  const { mode } = now.proxy
  return wrote.flatMap((one): NodeProxy['wrote'] => {
    if (one.cluster.proxy.mode === mode && !one.cleaned) return []
    const tablesOfNft = one.cluster.proxy.mode === 'nftables'
    const clears = mode === 'nftables' ? ofIptables(one.cluster) : ofIptables(now) && tablesOfNft
    return [clears ? { ...one, cleaned: true } : one]
  })
}

/** A sync puts new chains in the place of its own, and new rules have counted nothing. */
function forgetCounters(moment: Moment, node: string): void {
  for (const key of moment.counters.keys()) if (key.startsWith(`${node} `) && /^\S+ [46] \S+ KUBE-/.test(key)) moment.counters.delete(key)
}

/**
 * The process begins: it reads the configuration that is there now, and writes everything; or it says what is wrong with the
 * configuration and exits, and what stands on the node stays. `moment` is changed in place.
 */
export function started(was: NodeProxy = NOTHING, now: Cluster, node: string, moment: Moment): NodeProxy {
  const starts = [...was.starts, { at: moment.clock, cluster: now }]
  if (now.proxy.config.refused) return { ...was, state: 'crashed', starts }
  cleanConntrack(moment, undefined, now, node)
  forgetCounters(moment, node)
  const before = was.wrote.find((one) => one.cluster.proxy.mode === 'ipvs' && !one.cleaned)?.cluster
  const leaving = now.proxy.mode === 'ipvs' ? stillBusy(moment, node, leavingAfter(moment, node, before, now, was.leaving)) : []
  return { state: 'running', wrote: [...leftBy(was.wrote, now), { cluster: now }], leaving, starts, looked: moment.clock }
}

/** The process is gone; all that it wrote stays. */
export const stopped = (was: NodeProxy = NOTHING): NodeProxy => ({ ...was, state: 'stopped' })

/** A running process hears of a change: the same configuration, the cluster as it is now. Others hear nothing. */
export function synced(was: NodeProxy, now: Cluster, node: string, moment: Moment): NodeProxy {
  const newest = was.wrote.at(-1)
  if (was.state !== 'running' || newest === undefined) return was
  const cluster: Cluster = { ...now, proxy: newest.cluster.proxy }
  cleanConntrack(moment, newest.cluster, cluster, node)
  forgetCounters(moment, node)
  const leaving = leavingAfter(moment, node, newest.cluster, cluster, was.leaving)
  return { ...was, wrote: [...was.wrote.slice(0, -1), { cluster }], leaving }
}

/** `kube-proxy --cleanup`: the rules of all modes go. Beside a running process they are back at once: it misses its canary chain. */
export const cleaned = (was: NodeProxy): NodeProxy =>
  was.state === 'running' ? was : { ...was, wrote: was.wrote.map((one) => ({ ...one, cleaned: true })), leaving: [] }

/** Time has passed: once a minute a running process deletes real servers on their way out that have no connection left. */
export function looked(was: NodeProxy, node: string, moment: Moment): NodeProxy {
  if (was.state !== 'running' || moment.clock - was.looked < LOOK_EVERY) return was
  return { ...was, leaving: stillBusy(moment, node, was.leaving), looked: moment.clock }
}
