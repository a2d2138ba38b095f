import type { DnsRecord } from '../../../net/message.ts'
import { mix } from '../../../trace/luck.ts'
import { mapFound, once } from '../chain.ts'

/** CNAMEs first, then the rest, then A, AAAA and MX in an order of their own for each query (plugin/loadbalance/loadbalance.go). */
function shuffled(records: readonly DnsRecord[], key: string, seed: number): readonly DnsRecord[] {
  const turned = (r: DnsRecord): boolean => r.type === 'A' || r.type === 'AAAA' || r.type === 'MX'
  const loose = records.filter(turned).map((r, i) => ({ r, at: mix(seed, `${key} ${r.type} ${r.rdata}`), i }))
  const rest = records.filter((r) => !turned(r) && r.type !== 'CNAME')
  return [...records.filter((r) => r.type === 'CNAME'), ...rest, ...loose.sort((a, b) => a.at - b.at || a.i - b.i).map(({ r }) => r)]
}

/** `loadbalance [round_robin]`. */
export const loadbalance = once('loadbalance', ({ args }) => {
  const policy = args[0] ?? 'round_robin'
  if (policy === 'weighted') return { unmodelled: 'loadbalance weighted' }
  if (policy !== 'round_robin') return { error: `unknown policy: ${policy}` }
  return {
    handler: (query, next, run) => {
      const key = `loadbalance ${query.id} ${query.name}`
      return mapFound(next(query), (found) => ({
        ...found,
        answers: shuffled(found.answers, key, run.seed),
        additional: shuffled(found.additional, key, run.seed),
      }))
    },
  }
})
