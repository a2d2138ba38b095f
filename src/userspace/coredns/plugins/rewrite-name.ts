import type { DnsRecord } from '../../../net/message.ts'
import { absolute, lower } from '../../dns/name.ts'
import { filled, type Pattern, patternOf } from '../regexp.ts'

/** Turns a name of an answer into another one; names that do not fit stay. */
export type Rewriter = (name: string) => string
/** Changes one record of an answer. */
export type RecordRule = (record: DnsRecord) => DnsRecord

export interface NameRule {
  /** The new name of a question, and what is to be done to the answer; undefined: the rule does not fit. `name` is in lower case. */
  rewrite(name: string): { readonly name: string; readonly answers: readonly RecordRule[] } | undefined
}

export type Bad = { readonly error: string } | { readonly unmodelled: string }

const normal = (name: string): string => lower(absolute(name))
const onName =
  (turn: Rewriter): RecordRule =>
  (r) => ({ ...r, name: turn(r.name) })

/** The name inside a record, for the types whose value `answer value` and `answer auto` touch. */
const VALUE_AT: Readonly<Record<string, number>> = { CNAME: 0, NS: 0, SOA: 0, MX: 1, SRV: 3 }
const onValue =
  (turn: Rewriter): RecordRule =>
  (r) => {
    const at = VALUE_AT[r.type]
    if (at === undefined) return r
    const words = r.rdata.split(' ')
    return { ...r, rdata: words.map((word, i) => (i === at ? turn(word) : word)).join(' ') }
  }

const bySuffix =
  (from: string, to: string): Rewriter =>
  (name) =>
    name.endsWith(from) ? name.slice(0, name.length - from.length) + to : name
/** The rewritten name, and what lies below it, back to what was asked. */
const byName =
  (from: string, to: string): Rewriter =>
  (name) =>
    name === from ? to : name.endsWith(`.${from}`) ? name.slice(0, name.length - from.length) + to : name
const byPattern =
  (from: Pattern, to: string): Rewriter =>
  (name) => {
    const found = from.match(name)
    return found ? filled(to, found.all) : name
  }

/** A pattern whose replacement uses no more groups than it has. */
function checked(from: string, to: string): Pattern | Bad {
  const pattern = patternOf(from)
  if ('unmodelled' in pattern) return pattern
  if ('error' in pattern) return { error: `invalid regex matching pattern: ${from}` }
  const used = new Set(to.match(/\{\d{1,2}\}/g)).size
  return used > pattern.groups
    ? {
        error: `the rewrite regex pattern (${to}) uses more subexpressions than its corresponding matching regex pattern (${from})`,
      }
    : pattern
}

interface Answers {
  readonly auto: boolean
  readonly rules: readonly RecordRule[]
}

/** `answer auto`, `answer name FROM TO`, `answer value FROM TO`, one behind the other. */
function answersOf(kind: string, args: readonly string[]): Answers | Bad {
  const rules: RecordRule[] = []
  let [auto, names, last] = [false, 0, '']
  for (let i = 0; i < args.length; ) {
    if (args[i] === 'answer') i++
    else if (last === '') return { error: `exceeded the number of arguments for a non-answer rule argument for ${kind} rule` }
    const what = args[i++]
    if (what === undefined) return { error: `type missing for answer rule for ${kind} rule` }
    last = what
    if (what === 'auto') {
      auto = true
      continue
    }
    if (what !== 'name' && what !== 'value') return { error: `invalid type "${what}" for answer rule for ${kind} rule` }
    const [from, to] = [args[i], args[i + 1]]
    if (from === undefined || to === undefined) return { error: `${what} answer rule for ${kind} rule: 2 arguments required` }
    const pattern = checked(from, to)
    if ('unmodelled' in pattern) return pattern
    if ('error' in pattern) return { error: `${what} answer rule for ${kind} rule: ${pattern.error}` }
    if (what === 'name') names++
    rules.push((what === 'name' ? onName : onValue)(byPattern(pattern, normal(to))))
    i += 2
  }
  if (auto && names > 0) return { error: 'auto name answer rule cannot be combined with explicit name anwer rules' }
  return { auto, rules }
}

/** `name [exact|prefix|suffix|substring|regex] FROM TO [answer …]` (plugin/rewrite/name.go). */
export function nameRule(args: readonly string[]): NameRule | Bad {
  if (args.length < 2) return { error: 'too few arguments for a name rule' }
  const [kind, from, to] =
    args.length === 2 ? ['exact', args[0] ?? '', args[1] ?? ''] : [lower(args[0] ?? ''), args[1] ?? '', args[2] ?? '']
  const answers = args.length > 3 ? answersOf(kind, args.slice(3)) : { auto: false, rules: [] }
  if ('error' in answers || 'unmodelled' in answers) return answers
  const { auto, rules } = answers
  const back = (was: string, now: string, always = false): readonly RecordRule[] => {
    const turn = byName(now, was)
    return auto || always ? [onName(turn), onValue(turn), ...rules] : rules
  }
  const [head, tail] = [normal(from), normal(to)]
  const made = (fits: (name: string) => string | undefined, always = false): NameRule => ({
    rewrite(name) {
      const now = fits(name)
      return now === undefined ? undefined : { name: now, answers: back(name, now, always) }
    },
  })
  switch (kind) {
    case 'exact':
      return made((name) => (name === head ? tail : undefined), true)
    case 'prefix':
      return made((name) => (name.startsWith(head) ? tail + name.slice(head.length) : undefined))
    case 'suffix': {
      const turn = bySuffix(tail, head)
      const after = auto ? [onName(turn), onValue(turn), ...rules] : rules
      return { rewrite: (name) => (name.endsWith(head) ? { name: bySuffix(head, tail)(name), answers: after } : undefined) }
    }
    case 'substring':
      return made((name) => (name.includes(head) ? name.replaceAll(head, () => tail) : undefined))
    case 'regex': {
      const pattern = checked(from, to)
      if (!('match' in pattern)) return pattern
      return made((name) => {
        const found = pattern.match(name)
        return found ? filled(tail, found.all) : undefined
      })
    }
  }
  return { error: `name rule supports only exact, prefix, suffix, substring, and regex name matching, received: ${kind}` }
}
