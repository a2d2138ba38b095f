import type { DnsRecord, Rcode } from '../../../net/message.ts'
import { emptyFound } from '../../dns/message.ts'
import { inZone, longestZone, lower } from '../../dns/name.ts'
import { answer, argErr, type Plugin, type Query, type Result, type SetUpError } from '../chain.ts'
import type { Directive } from '../corefile.ts'
import { type Fall, fallOf, falls, NO_FALL } from '../fall.ts'
import { zonesOf } from '../keys.ts'
import { type Pattern, patternOf } from '../regexp.ts'
import { type Fields, fieldsOf, recordOf } from './template-text.ts'

type Section = 'answer' | 'additional' | 'authority'
type Text = (fields: Fields) => string | undefined

interface Template {
  readonly type: string
  readonly zones: readonly string[]
  readonly patterns: readonly Pattern[]
  readonly texts: Readonly<Record<Section, readonly Text[]>>
  readonly rcode: Rcode
  readonly fall: Fall
}

const RCODES: readonly string[] = ['NOERROR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED', 'NOTIMP', 'FORMERR'] satisfies readonly Rcode[]
const SECTIONS: readonly string[] = ['answer', 'additional', 'authority'] satisfies readonly Section[]

type Bad = SetUpError | { readonly unmodelled: string }

function templateOf(d: Directive, blockZones: readonly string[]): Template | Bad {
  const [className = '', type = '', ...zones] = d.args
  if (d.args.length < 2) return argErr(d.args[0] ?? 'template', d)
  if (className !== 'IN' && className !== 'ANY') return { error: `invalid query class ${className}`, at: d }
  const texts: Record<Section, Text[]> = { answer: [], additional: [], authority: [] }
  const patterns: Pattern[] = []
  let rcode: Rcode = 'NOERROR'
  let fall = NO_FALL
  for (const line of d.block) {
    const [property = '', ...args] = line.words
    if (property === 'fallthrough') fall = fallOf(args)
    else if (property === 'ederror' || property === 'upstream') continue
    else if (args.length === 0) return argErr(property, line)
    else if (property === 'match') {
      for (const source of args) {
        const pattern = patternOf(source)
        if ('unmodelled' in pattern) return pattern
        if ('error' in pattern) return { error: `could not parse regex: ${source}, ${pattern.error}`, at: line }
        patterns.push(pattern)
      }
    } else if (property === 'rcode') {
      if (!RCODES.includes(args[0] ?? '')) return { error: `unknown rcode ${args[0]}`, at: line }
      rcode = args[0] as Rcode
    } else if (SECTIONS.includes(property)) {
      for (const text of args) {
        const fields = fieldsOf(text)
        if (typeof fields !== 'function') return fields
        texts[property as Section].push(fields)
      }
    } else return argErr(property, line)
  }
  if (texts.answer.length + texts.authority.length === 0 && rcode === 'NOERROR')
    return { error: 'no answer section for template found', at: d }
  return { type, zones: zones.length > 0 ? zones.flatMap(zonesOf) : blockZones, patterns, texts, rcode, fall }
}

/** Records of one section; undefined when a text makes none. */
function made(texts: readonly Text[], fields: Fields): readonly DnsRecord[] | undefined {
  const out: DnsRecord[] = []
  for (const text of texts) {
    const record = recordOf(text(fields) ?? '')
    if (!record) return undefined
    out.push(record)
  }
  return out
}

function fromTemplate(query: Query, t: Template, found: ReturnType<Pattern['match']>): Result {
  if (t.rcode === 'SERVFAIL') return answer(emptyFound('SERVFAIL'))
  const zone = longestZone(query.name, t.zones) ?? ''
  const { all = [lower(query.name)], named = {} } = found ?? {}
  const fields: Fields = {
    zone,
    name: lower(query.name),
    asked: query.name,
    type: query.type,
    client: query.client,
    id: query.id,
    all,
    named,
  }
  const answers = made(t.texts.answer, fields)
  const additional = made(t.texts.additional, fields)
  const authority = made(t.texts.authority, fields)
  if (!answers || !additional || !authority) return answer(emptyFound('SERVFAIL'))
  return answer({ rcode: t.rcode, aa: true, answers, authority, additional })
}

/** Templates in file order: one for another zone or type is passed over; one whose zone and type fit but no pattern ends the chain, unless told. */
function serve(query: Query, templates: readonly Template[], next: () => Result): Result {
  const name = lower(query.name)
  for (const t of templates) {
    if (!t.zones.some((zone) => inZone(name, zone)) || (t.type !== 'ANY' && query.type !== 'ANY' && t.type !== query.type)) continue
    const hits = t.patterns.flatMap((p) => p.match(name) ?? [])
    if (hits.length > 0 || t.patterns.length === 0) return fromTemplate(query, t, hits[0])
    if (!falls(t.fall, query.name)) return answer(emptyFound('SERVFAIL'))
  }
  return next()
}

/** `template CLASS TYPE [ZONES…] { … }`: answers made of the question's own text (plugin/template). */
export const template: Plugin = {
  name: 'template',
  setup(lines, { zones }) {
    const templates: Template[] = []
    for (const d of lines) {
      const one = templateOf(d, zones)
      if (!('texts' in one)) return one
      templates.push(one)
    }
    return { handler: (query, next) => serve(query, templates, () => next(query)) }
  },
}
