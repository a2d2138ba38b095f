import { familyOf, type Ip, parseIp } from '../../net/ip.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { Problem } from '../../trace/problem.ts'
import { type CallWord, RefusedCall, readCalls } from '../calls.ts'
import { wholeNumber } from '../iptables/parse-values.ts'
import type { Ipsets, SetCommand, SetEntry, SetHead } from './ast.ts'
import type { IpsetCode } from './codes.ts'
import { elementsOf } from './entry.ts'
import { typeNamed } from './types.ts'

interface Word extends CallWord {
  readonly quoted: boolean
}

/** What a word cannot be. */
const refused = (code: IpsetCode, params: Problem['params'], word: Word | undefined): RefusedCall => new RefusedCall(code, params, word)

const COMMANDS: Readonly<Record<string, SetCommand['do']>> = {
  create: 'create',
  '-N': 'create',
  n: 'create',
  add: 'add',
  '-A': 'add',
  del: 'del',
  '-D': 'del',
  flush: 'flush',
  '-F': 'flush',
  destroy: 'destroy',
  '-X': 'destroy',
  x: 'destroy',
  rename: 'rename',
  '-E': 'rename',
  swap: 'swap',
  '-W': 'swap',
}
const OLD: Readonly<Record<string, string>> = {
  iphash: 'hash:ip',
  nethash: 'hash:net',
  ipporthash: 'hash:ip,port',
  ipportiphash: 'hash:ip,port,ip',
  ipportnethash: 'hash:ip,port,net',
  portmap: 'bitmap:port',
  ipmap: 'bitmap:ip',
  setlist: 'list:set',
}
/** Words of `create` with a value, and those without. */
const VALUED = ['hashsize', 'maxelem', 'bucketsize', 'initval', 'bitmask', 'size', 'probes', 'resize']
const BARE = ['counters', 'comment', 'skbinfo', 'forceadd', 'wildcard']
const ENTRY_VALUED = ['packets', 'bytes', 'skbmark', 'skbprio', 'skbqueue', 'before', 'after']

function wordsOf(line: string, from: number): readonly Word[] {
  const out: Word[] = []
  for (const m of line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g))
    out.push({ text: (m[1] ?? m[2] ?? '').replace(/\\(.)/g, '$1'), at: from + m.index, quoted: m[1] !== undefined })
  return out
}

function numberOf(word: Word | undefined, most = 0xffffffff): number {
  const n = wholeNumber(word?.text ?? '')
  if (n === undefined || n > most) throw refused('ipset-word', { token: word?.text ?? '' }, word)
  return n
}

function rangeOf(word: Word | undefined, type: string): readonly [string, string] {
  const [from = '', to = from] = (word?.text ?? '').split('-')
  const good =
    type === 'bitmap:port'
      ? /^\d+$/.test(from) && /^\d+$/.test(to) && Number(to) <= 65535
      : parseIp(from) !== undefined && parseIp(to) !== undefined
  if (!good) throw refused('ipset-word', { token: word?.text ?? '' }, word)
  return [from, to]
}

function headOf(words: readonly Word[]): SetHead {
  const [name, typed, ...rest] = words
  const type = OLD[typed?.text ?? ''] ?? typed?.text ?? ''
  const known = typeNamed(type)
  if (name === undefined) throw refused('ipset-word', { token: '' }, undefined)
  if (!known) throw refused('ipset-type', { type: typed?.text ?? '' }, typed ?? name)
  const head: { -readonly [K in keyof SetHead]: SetHead[K] } = { name: name.text, type, kept: [] }
  const kept: [string, string?][] = []
  if (known.method === 'hash' && type !== 'hash:mac') head.family = 4
  if (type === 'bitmap:port') head.range = ['0', '65535']
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] as Word
    const option = word.text.replace(/^--?/, '')
    const value = rest[i + 1]
    if (option === 'exist' || option === '!') continue
    if (BARE.includes(option)) {
      kept.push([option])
      continue
    }
    i++
    if (option === 'family' && (value?.text === 'inet' || value?.text === 'inet6')) head.family = value.text === 'inet' ? 4 : 6
    else if (option === 'timeout') head.timeout = numberOf(value)
    else if (option === 'netmask') head.netmask = numberOf(value, 128)
    else if (option === 'markmask') head.markmask = numberOf(value)
    else if (option === 'range') head.range = rangeOf(value, type)
    else if (option === 'from' || option === 'to')
      head.range =
        option === 'from' ? [value?.text ?? '', head.range?.[1] ?? value?.text ?? ''] : [head.range?.[0] ?? '0', value?.text ?? '']
    else if (VALUED.includes(option) && value) kept.push([option, value.text])
    else throw refused('ipset-word', { token: word.text }, word)
  }
  if (head.range && type.startsWith('bitmap:ip') && parseIp(head.range[0])) head.family = familyOf(head.range[0] as Ip)
  head.kept = kept
  return head
}

function entriesOf(head: SetHead, words: readonly Word[], because: CauseId | undefined): readonly SetEntry[] {
  const [text, ...rest] = words
  const values = elementsOf(head, text?.text ?? '')
  if (!values) throw refused('ipset-entry', { entry: text?.text ?? '', type: head.type }, text)
  let more: Omit<SetEntry, 'values'> = head.timeout === undefined ? {} : { timeout: head.timeout }
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] as Word
    const option = word.text.replace(/^--?/, '')
    if (option === 'exist' || option === '!') continue
    if (option === 'nomatch') {
      more = { ...more, nomatch: true }
      continue
    }
    i++
    const value = rest[i]
    if (option === 'timeout') more = { ...more, timeout: numberOf(value) }
    else if (option === 'comment' && value) more = { ...more, comment: value.text }
    else if (!ENTRY_VALUED.includes(option) || !value) throw refused('ipset-word', { token: word.text }, word)
  }
  return values.map((v) => ({ values: v, ...more, ...(because === undefined ? {} : { because }) }))
}

export interface ReadSets {
  readonly commands: readonly SetCommand[]
  readonly problems: readonly Problem[]
}

/**
 * Reads `ipset save` (or lines of ipset calls, with or without the word `ipset`). A line that is refused is told and left out.
 * `known`: sets that are there already. `because`: the cause of what stands at an offset of the text.
 */
export function parseIpset(text: string, file: string, known: Ipsets = new Map(), because?: (offset: number) => CauseId): ReadSets {
  const heads = new Map<string, SetHead>(known)
  const commands: SetCommand[] = []
  const headNamed = (word: Word | undefined): SetHead => {
    const head = heads.get(word?.text ?? '')
    if (!head) throw refused('ipset-no-set', { name: word?.text ?? '' }, word)
    return head
  }
  const one = (words: readonly Word[], first: Word): void => {
    const cause = because?.(first.at)
    const [verb, name, ...rest] = words
    const what = COMMANDS[verb?.text ?? '']
    switch (what) {
      case 'create': {
        const head = { ...headOf(words.slice(1)), ...(cause === undefined ? {} : { because: cause }) }
        const old = heads.get(head.name)
        if (old && (old.type !== head.type || old.family !== head.family)) throw refused('ipset-exists', { name: head.name }, name)
        heads.set(head.name, old ?? head)
        commands.push({ do: 'create', head })
        return
      }
      case 'add':
      case 'del': {
        const head = headNamed(name)
        const entries = entriesOf(head, rest, cause)
        const last = commands[commands.length - 1]
        // 10,000 lines about one set are one command
        if (last?.do === what && last.set === head.name) (last.entries as SetEntry[]).push(...entries)
        else commands.push({ do: what, set: head.name, entries: [...entries] })
        return
      }
      case 'flush':
      case 'destroy':
        if (name) headNamed(name)
        if (what === 'destroy') for (const n of [...heads.keys()]) if (!name || n === name.text) heads.delete(n)
        commands.push({ do: what, ...(name ? { set: name.text } : {}) })
        return
      case 'rename':
      case 'swap': {
        const other = rest[0]
        const [a, b] = [headNamed(name), what === 'swap' ? headNamed(other) : undefined]
        if (!name || !other) throw refused('ipset-word', { token: verb?.text ?? '' }, verb)
        heads.set(other.text, { ...a, name: other.text })
        if (b) heads.set(name.text, { ...b, name: name.text })
        else heads.delete(name.text)
        commands.push({ do: what, set: name.text, other: other.text })
        return
      }
      case undefined:
        throw refused('ipset-word', { token: verb?.text ?? '' }, verb)
    }
  }
  const callOf = (line: string, from: number): readonly Word[] =>
    wordsOf(line, from).filter((w, i) => !(i === 0 && w.text === 'ipset') && w.text !== '-exist')
  const problems = readCalls(text, file, callOf, (words, first) => {
    if (first.text !== 'COMMIT') one(words, first)
  })
  return { commands, problems }
}
