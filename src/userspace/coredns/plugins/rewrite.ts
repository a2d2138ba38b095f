import type { DnsType } from '../../../net/message.ts'
import { emptyFound } from '../../dns/message.ts'
import { lower, sendable } from '../../dns/name.ts'
import { answer, mapFound, type Plugin, type Query, type Result } from '../chain.ts'
import type { Directive } from '../corefile.ts'
import { type Bad, nameRule, type RecordRule } from './rewrite-name.ts'

interface Rule {
  readonly stop: boolean
  rewrite(query: Query): { readonly query: Query; readonly answers: readonly RecordRule[] } | undefined
}

const UNMODELLED: ReadonlySet<string> = new Set(['class', 'edns0', 'rcode', 'cname', 'ttl'])

/** One rule: its words are those of the line or, with a block, of all its lines. */
function ruleOf(d: Directive): Rule | Bad {
  const [first = '', ...others] = d.args
  const mode = lower(first)
  const told = mode === 'stop' || mode === 'continue'
  const words = [...(told ? others : d.args), ...d.block.flatMap((line) => line.words)]
  const [field = '', ...args] = words
  const stop = mode !== 'continue'
  if (words.length === 0) return { error: 'no rule type specified for rewrite' }
  switch (lower(field)) {
    case 'name': {
      const rule = nameRule(args)
      if (!('rewrite' in rule)) return rule
      return {
        stop,
        rewrite(query) {
          const done = rule.rewrite(lower(query.name))
          return done && { query: { ...query, name: done.name }, answers: done.answers }
        },
      }
    }
    case 'type': {
      if (args.length !== 2) return { error: `type rules must have exactly two arguments` }
      const [from, to] = args
      return {
        stop,
        rewrite: (query) => (query.type === from ? { query: { ...query, type: to as DnsType }, answers: [] } : undefined),
      }
    }
  }
  return UNMODELLED.has(lower(field)) ? { unmodelled: `rewrite ${field}` } : { error: `invalid rule type "${field}"` }
}

/** Rules one after the other until one stops; what they change about the answer is done to all its records. */
function run(query: Query, rules: readonly Rule[], next: (query: Query) => Result): Result {
  let now = query
  const answers: RecordRule[] = []
  for (const rule of rules) {
    const done = rule.rewrite(now)
    if (!done) continue
    if (!sendable(done.query.name)) return answer(emptyFound('SERVFAIL'))
    now = done.query
    answers.push(...done.answers)
    if (rule.stop) break
  }
  const result = next(now)
  if (answers.length === 0) return result
  return mapFound(result, (found) => {
    const all = (records: typeof found.answers): typeof found.answers => records.map((r) => answers.reduce((one, change) => change(one), r))
    return { ...found, answers: all(found.answers), authority: all(found.authority), additional: all(found.additional) }
  })
}

/** `rewrite [stop|continue] FIELD …`: changes the question before other plugins see it; the server's block stays the same. */
export const rewrite: Plugin = {
  name: 'rewrite',
  setup(lines) {
    const rules: Rule[] = []
    for (const d of lines) {
      const rule = ruleOf(d)
      if (!('stop' in rule)) return rule
      rules.push(rule)
    }
    return { handler: (query, next) => run(query, rules, next) }
  },
}
