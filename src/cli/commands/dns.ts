import { walkProbe } from '../../engine/probe.ts'
import { findSource } from '../../explain.ts'
import type { DnsType } from '../../net/message.ts'
import { hashLuck } from '../../trace/luck.ts'
import { dnsClient } from '../../userspace/client.ts'
import type { LookupResult } from '../../userspace/resolver/lookup.ts'
import { type QueryReport, withVia } from '../../userspace/resolver/report.ts'
import type { Command } from '../command.ts'
import { openLab } from '../lab.ts'
import { complaint } from '../problems.ts'
import { done, json, type Result, refused } from '../result.ts'
import { usage } from '../usage.ts'

const TYPES: readonly DnsType[] = ['A', 'AAAA', 'CNAME', 'SRV', 'PTR', 'SOA', 'NS', 'TXT', 'MX', 'HTTPS', 'ANY', 'AXFR']

export const dns: Command = {
  name: 'dns',
  usage: 'FILE… --from SRC NAME [TYPE]',
  about: { en: 'look a name up: every query of the resolver and every answer', 'zh-CN': '解析一个名字：解析器的每个查询和每个回答' },
  options: [
    {
      name: '--from',
      value: 'SRC',
      about: {
        en: 'NS/POD, node/NAME, host/NAME or ip/ADDRESS@node/NAME',
        'zh-CN': 'NS/POD、node/NAME、host/NAME 或 ip/ADDRESS@node/NAME',
      },
    },
  ],
  tail: [1, 2],
  known: () => TYPES,
  run(asked, desk): Result {
    const from = asked.option('--from')
    if (from === undefined) return usage([complaint('needs-option', { option: '--from SRC' })], 'dns', asked.lang)
    const [name = '', word] = asked.tail
    const type = TYPES.find((t) => t === word?.toUpperCase())
    if (word !== undefined && type === undefined)
      return usage([complaint('option-value', { option: 'TYPE', value: word, values: TYPES.join(', ') })], 'dns', asked.lang)
    // Whatever the name is, a name server is asked: `10.0.0.1 PTR` too.
    const opened = openLab(asked, desk, () => [{ from, to: 'tcp://name' }])
    if ('refused' in opened) return opened.refused
    const { world, seed, warnings } = opened
    const source = findSource(world, from)
    if ('problem' in source) return refused([source.problem], asked.lang)
    const main = dnsClient(name, type === undefined ? ['A', 'AAAA'] : [type], source.files, `${from} resolver`)
    const { result, journeys, outcome: end } = walkProbe(world, source.machines, source.netns, main, hashLuck(seed), world.moment.fork())
    // The client exits with what it looked up; a walk that ends as not modelled leaves nothing.
    const found = result as unknown as LookupResult | undefined
    const events = journeys.flatMap((j) => j.events)
    const queries = withVia(found?.queries ?? [], events)
    const unmodelled = end.kind === 'unmodelled' ? end.unmodelled : undefined
    const answers =
      type === undefined || type === 'A' || type === 'AAAA' ? (found?.addresses ?? []) : (found?.records.map((r) => r.rdata) ?? [])
    const error = found?.error ?? (found === undefined ? 'unmodelled' : undefined)
    if (asked.option('--json') !== undefined) {
      const rows = queries.map(({ id: _id, ...query }) => query)
      return done(
        json({
          resolvConf: source.files.resolvConf,
          queries: rows,
          result: answers,
          ...(error === undefined ? {} : { error }),
          ...(unmodelled === undefined ? {} : { unmodelled }),
        }),
        warnings,
      )
    }
    const outcome =
      error === undefined
        ? `${name}: ${answers.join(' ') || '(no answer)'}`
        : `${name}: ${error}${unmodelled === undefined ? '' : `: ${unmodelled}`}`
    return done(`${heading(source.files.resolvConf)}${queries.map(queryText).join('')}${outcome}\n`, warnings)
  },
}

const heading = (resolvConf: string): string =>
  `/etc/resolv.conf\n${resolvConf
    .split('\n')
    .filter((l) => l !== '')
    .map((l) => `  ${l}\n`)
    .join('')}\n`

/** The question and its fate in one line, the records below. */
function queryText(q: QueryReport): string {
  const fate = q.rcode === null ? (q.error ?? 'no answer') : `${q.rcode}${q.aa ? ' aa' : ''}${q.tc ? ' tc' : ''}`
  const via = q.via.length === 0 ? '' : ` (${q.via.join(', ')})`
  const sections = [
    ['', q.answers],
    ['authority: ', q.authority],
    ['additional: ', q.additional],
  ] as const
  const records = sections.flatMap(([label, list]) => list.map((record) => `    ${label}${record}\n`)).join('')
  return `${q.type} ${q.name} @${q.server}${q.proto === 'tcp' ? ' tcp' : ''}: ${fate}${via}\n${records}`
}
