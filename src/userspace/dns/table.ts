import type { DnsMessage, DnsRecord } from '../../net/message.ts'
import type { Found } from './message.ts'
import { sameName } from './name.ts'

const MOST_ALIASES = 10

/** What a resolver that knows these records alone finds: CNAMEs followed, an unknown name is NXDOMAIN. */
export function findInTable(question: Pick<DnsMessage, 'name' | 'type'>, records: readonly DnsRecord[]): Found {
  const answers: DnsRecord[] = []
  let name = question.name
  let known = false
  for (let i = 0; i < MOST_ALIASES; i++) {
    const here = records.filter((r) => sameName(r.name, name))
    if (here.length > 0) known = true
    const hits = here.filter((r) => r.type === question.type)
    answers.push(...hits)
    const alias = here.find((r) => r.type === 'CNAME')
    if (hits.length > 0 || alias === undefined) break
    answers.push(alias)
    name = alias.rdata
  }
  return { rcode: known ? 'NOERROR' : 'NXDOMAIN', aa: false, ra: true, answers, authority: [], additional: [] }
}
