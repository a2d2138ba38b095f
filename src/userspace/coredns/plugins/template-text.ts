import type { Ip } from '../../../net/ip.ts'
import type { DnsRecord, DnsType } from '../../../net/message.ts'

/** What a template may name of the question. */
export interface Fields {
  readonly zone: string
  /** Lower case, absolute. */
  readonly name: string
  /** As it was asked. */
  readonly asked: string
  readonly type: string
  readonly client: Ip
  readonly id: number
  /** Groups of the pattern by number and by name. */
  readonly all: readonly string[]
  readonly named: Readonly<Record<string, string>>
}

const NO_VALUE = '<no value>'

/** The fields of Go's text/template that CoreDNS offers; functions and pipelines are not modelled. */
function fieldOf(inside: string): ((f: Fields) => string | undefined) | undefined {
  const word = inside.trim()
  const index = /^index \.Match (\d+)$/.exec(word)
  if (index) return (f) => f.all[Number(index[1])]
  const named = /^\.Group\.(\w+)$/.exec(word) ?? /^index \.Group "(\w+)"$/.exec(word)
  // Numbered groups stand in the map too, under their number.
  if (named) return (f) => f.named[named[1] ?? ''] ?? f.all[Number(named[1])] ?? NO_VALUE
  switch (word) {
    case '.Zone':
      return (f) => f.zone
    case '.Name':
      return (f) => f.name
    case '.Question.Name':
      return (f) => f.asked
    case '.Class':
      return () => 'IN'
    case '.Type':
      return (f) => f.type
    case '.Remote':
      return (f) => f.client
    case '.Message.Id':
      return (f) => `${f.id}`
  }
  return undefined
}

/** A text with `{{ … }}` as a function of the question. It comes to nothing (undefined) where a group is asked for that is not there. */
export function fieldsOf(text: string): ((fields: Fields) => string | undefined) | { readonly unmodelled: string } {
  const parts: ((f: Fields) => string | undefined)[] = []
  for (const [, plain = '', inside] of text.matchAll(/([^{]+|\{(?!\{))|\{\{([^}]*)\}\}/g)) {
    if (inside === undefined) parts.push(() => plain)
    else {
      const field = fieldOf(inside)
      if (!field) return { unmodelled: `template {{${inside}}}` }
      parts.push(field)
    }
  }
  return (fields) => {
    const made = parts.map((part) => part(fields))
    return made.includes(undefined) ? undefined : made.join('')
  }
}

const TYPES: readonly string[] = ['A', 'AAAA', 'CNAME', 'SRV', 'PTR', 'SOA', 'NS', 'TXT', 'MX', 'HTTPS'] satisfies readonly DnsType[]
const USUAL_TTL = 3600

/** A record as text, `owner [ttl] [class] type rdata`; undefined when it is none. Its data stays as it was written. */
export function recordOf(text: string): DnsRecord | undefined {
  const [name = '', ...words] = text.trim().split(/\s+/)
  let ttl = USUAL_TTL
  if (/^\d+$/.test(words[0] ?? '')) ttl = Number(words.shift())
  if (words[0] === 'IN') words.shift()
  const type = words.shift() ?? ''
  if (name === '' || !TYPES.includes(type) || words.length === 0) return undefined
  return { name, ttl, type: type as DnsType, rdata: words.join(' ') }
}
