import type { Cidr, Family, Ip } from '../../net/ip.ts'
import type { Part, Written } from './ast.ts'
import { type Given, type Module, optionOf, Refusal } from './parse-bag.ts'
import { baseOption, L4_OPTIONS, type Options } from './parse-base.ts'
import type { Word } from './parse-lex.ts'
import { MATCHES } from './parse-match.ts'
import { OTHER_TARGETS, TARGETS } from './parse-target.ts'
import { holedMask, net, ports } from './parse-values.ts'
import { protoWord } from './print-proto.ts'
import { TCP_FLAGS } from './print-words.ts'

/** Why a line is refused, in iptables' own words, or which part of it is kept word for word (`kept`). */
export interface Fault {
  readonly kind: 'refused' | 'kept'
  readonly text: string
  readonly word: Word | undefined
}

export interface ReadRule {
  /** One, or more where `-s a,b` or `-d a,b` stands for several; none when something is refused. */
  readonly rules: readonly Written[]
  readonly faults: readonly Fault[]
}

/** A match or target whose options are still being collected; `slot` is its place among the parts. */
interface Open {
  readonly name: string
  readonly word: Word
  readonly slot: number
  readonly module: Module<unknown> | 'l4' | undefined
  readonly target: boolean
  readonly given: Given[]
  readonly raw: string[]
  /** An option was used that we do not model. */
  other: boolean
}

const L4 = ['tcp', 'udp', 'sctp']
const MULTIPORT = ['tcp', 'udp', 'udplite', 'sctp', 'dccp']
const VERDICTS = { ACCEPT: 'accept', DROP: 'drop', RETURN: 'return' } as const
const isVerdict = (name: string): name is keyof typeof VERDICTS => Object.hasOwn(VERDICTS, name)
const moduleOf = <T>(known: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(known, name) ? known[name] : undefined
const isMark = (w: Word | undefined, text: string): boolean => w !== undefined && !w.quoted && w.text === text

/** Reads the words of one rule: everything behind `-A CHAIN`. */
export function parseRule(words: readonly Word[], family: Family): ReadRule {
  const parts: (Part | undefined)[] = []
  const many: { readonly slot: number; readonly part: 'src' | 'dst'; readonly nets: readonly (Cidr | Ip)[]; readonly not: boolean }[] = []
  const open: Open[] = []
  const faults: Fault[] = []
  const seen = new Set<string>()
  let proto: string | undefined
  let negated = false
  let i = 0

  const refuse = (text: string, word?: Word): void => void faults.push({ kind: 'refused', text, word })
  const begin = (name: string, word: Word, target: boolean, module: Open['module'], raw: string): Open => {
    const one: Open = { name, word, slot: parts.push(undefined) - 1, module, target, given: [], raw: [raw], other: false }
    open.push(one)
    return one
  }
  const put = (part: Part, not: boolean): void => void parts.push(not ? ({ ...part, not: true } as Part) : part)

  function target(word: Word): void {
    const name = word.text
    if (isVerdict(name)) parts.push({ part: 'target', target: { kind: VERDICTS[name] } })
    else if (Object.hasOwn(TARGETS, name) || OTHER_TARGETS.includes(name)) begin(name, word, true, moduleOf(TARGETS, name), `-j ${name}`)
    else parts.push({ part: 'target', target: { kind: 'jump', chain: name } })
  }

  function match(word: Word): void {
    const name = word.text
    if (L4.includes(name)) parts[begin(name, word, false, 'l4', '').slot] = { part: 'module', name: name as 'tcp' | 'udp' | 'sctp' }
    else begin(name, word, false, moduleOf(MATCHES, name), `-m ${word.raw}`)
  }

  function nets(part: 'src' | 'dst', word: Word, not: boolean): void {
    if (family === 4 && holedMask(word.text)) {
      faults.push({ kind: 'kept', text: word.raw, word })
      parts.push({ part: 'match', match: { kind: 'unknown', words: `${not ? '! ' : ''}-${part === 'src' ? 's' : 'd'} ${word.text}` } })
      return
    }
    const all = word.text.split(',').map((text) => ({ text, net: net(text) }))
    const bad = all.find((a) => a.net === undefined || (a.net.includes(':') ? 6 : 4) !== family)
    if (bad !== undefined) refuse(`host/network \`${bad.text}' not found`, word)
    else many.push({ slot: parts.push(undefined) - 1, part, nets: all.map((a) => a.net as Cidr | Ip), not })
  }

  function base(option: string, args: readonly Word[], not: boolean, word: Word): void {
    if (seen.has(option) && option !== 'm' && option !== 'c') refuse(`multiple -${option} flags not allowed`, word)
    seen.add(option)
    const arg = args[0] as Word
    switch (option) {
      case 's':
      case 'd':
        nets(option === 's' ? 'src' : 'dst', arg, not)
        break
      case 'i':
      case 'o':
        put({ part: option === 'i' ? 'in' : 'out', dev: arg.text }, not)
        break
      case 'p':
        proto = protoWord(arg.text)
        if (proto === undefined) refuse(`unknown protocol "${arg.text}" specified`, arg)
        negated = not
        put({ part: 'proto', proto: arg.text }, not)
        break
      case 'm':
        match(arg)
        break
      case 'j':
        target(arg)
        break
      case 'g':
        put({ part: 'target', target: { kind: 'goto', chain: arg.text } }, false)
        break
      case 'f':
        faults.push({ kind: 'kept', text: '-f', word })
        parts.push({ part: 'match', match: { kind: 'unknown', words: not ? '! -f' : '-f' } })
        break
    }
  }

  /** Takes an option's words; a `!` in front of them is the older place of the negation. */
  function take(count: number, word: Word): { readonly args: readonly Word[]; readonly not: boolean } | undefined {
    const not = count > 0 && isMark(words[i], '!')
    if (not) i++
    const args = words.slice(i, i + count)
    i += count
    if (args.length === count) return { args, not }
    refuse(`option "${word.text}" requires an argument`, word)
    return undefined
  }

  function l4Option(option: string, args: readonly Word[], not: boolean, raw: string): void {
    const word = args[0]
    if (option === 'sport' || option === 'dport') {
      const range = ports(word?.text ?? '')
      if (range === undefined) refuse(`invalid port/service \`${word?.text}' specified`, word)
      else put({ part: option, ports: range }, not)
    } else if (option === 'syn') put({ part: 'tcp-flags', mask: ['FIN', 'SYN', 'RST', 'ACK'], set: ['SYN'], syn: true }, not)
    else if (option === 'tcp-flags') {
      const [mask, set] = args.map((a) => (a.text === 'NONE' ? [] : a.text === 'ALL' ? TCP_FLAGS : a.text.split(',')))
      const bad = [...(mask ?? []), ...(set ?? [])].find((f) => !TCP_FLAGS.includes(f))
      if (bad !== undefined) refuse(`Unknown TCP flag \`${bad}'`, word)
      else put({ part: 'tcp-flags', mask: mask ?? [], set: set ?? [] }, not)
    } else {
      faults.push({ kind: 'kept', text: raw, word })
      parts.push({ part: 'match', match: { kind: 'unknown', words: raw } })
    }
  }

  /** Whose option this is: the target's, a match's (the latest of its name), or that of the protocol named by -p. */
  function ownerOf(name: string): { readonly owner: Open | 'l4'; readonly option: string; readonly takes: number } | undefined {
    const inTurn = [...open].reverse().sort((a, b) => Number(b.target) - Number(a.target))
    for (const owner of inTurn) {
      const options: Options | undefined = owner.module === 'l4' ? L4_OPTIONS[owner.name] : owner.module?.options
      // its own name beats being the beginning of another option's
      if (owner.module !== 'l4' && owner.module?.other?.includes(name)) return undefined
      const found = options && optionOf(options, name)
      if (found !== undefined) return { owner, ...found }
    }
    if (negated) return undefined
    const implied = L4.includes(proto ?? '') ? L4_OPTIONS[proto as string] : moduleOf(MATCHES, proto ?? '')?.options
    const found = implied && optionOf(implied, name)
    if (found === undefined) return undefined
    if (L4.includes(proto as string)) return { owner: 'l4', ...found }
    return { owner: begin(proto as string, words[i - 1] as Word, false, moduleOf(MATCHES, proto as string), `-m ${proto}`), ...found }
  }

  /** An option of something that we do not model: its words run to the next option. */
  function foreign(name: string, not: boolean, word: Word): void {
    const owner = [...open].reverse().find((o) => o.module === undefined || (o.module !== 'l4' && o.module.other?.includes(name)))
    if (owner === undefined) {
      refuse(`unknown option "${word.text}"`, word)
      return
    }
    owner.other = true
    owner.raw.push(`${not ? '! ' : ''}${word.raw}`)
    while (i < words.length && !isMark(words[i], '!') && (words[i]?.quoted || !words[i]?.text.startsWith('-'))) {
      owner.raw.push((words[i] as Word).raw)
      i++
    }
  }

  while (i < words.length) {
    const before = isMark(words[i], '!')
    if (before) i++
    const word = words[i]
    if (word === undefined) break
    i++
    if (word.quoted || !/^--?\w/.test(word.text)) {
      refuse(`Bad argument \`${word.text}'`, word)
      break
    }
    const [dashed = '', joined] = word.text.startsWith('--') ? word.text.split(/=(.*)/s) : [word.text]
    if (joined !== undefined) {
      const rest = { ...word, text: joined, raw: joined, at: word.at + dashed.length + 1 }
      words = [...words.slice(0, i), rest, ...words.slice(i)]
    }
    const known = baseOption(dashed)
    if (known !== undefined) {
      const got = take(known.takes, word)
      if (got) base(known.option, got.args, before || got.not, word)
      continue
    }
    const name = dashed.replace(/^--?/, '')
    const owned = dashed.startsWith('--') ? ownerOf(name) : undefined
    if (owned === undefined) {
      foreign(name, before, word)
      continue
    }
    const got = take(owned.takes, word)
    if (got === undefined) continue
    const raw = `${before || got.not ? '! ' : ''}${[word, ...got.args].map((w) => w.raw).join(' ')}`
    if (owned.owner === 'l4' || owned.owner.module === 'l4') l4Option(owned.option, got.args, before || got.not, raw)
    else {
      if (owned.owner.given.some((g) => g.option === owned.option))
        refuse(`${owned.owner.name}: option "--${owned.option}" can only be used once.`, word)
      owned.owner.given.push({ option: owned.option, not: before || got.not, args: got.args })
      owned.owner.raw.push(raw)
    }
  }

  const positive = negated ? undefined : proto
  for (const one of open) {
    if (one.name === 'multiport' && !MULTIPORT.includes(positive ?? '')) {
      refuse("multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'", one.word)
    }
    if (one.module === 'l4') {
      if (one.name !== positive) refuse("Invalid argument. Run `dmesg' for more information.", one.word)
      continue
    }
    const bag = { name: one.name, given: one.given, words: one.raw.join(' '), family }
    const made = one.other || one.module === undefined ? undefined : one.module.make(bag)
    if (made instanceof Refusal) {
      refuse(made.text, made.word ?? one.word)
      continue
    }
    if (made === undefined) faults.push({ kind: 'kept', text: bag.words, word: one.word })
    const thing = made ?? { kind: 'unknown', words: bag.words }
    parts[one.slot] = (one.target ? { part: 'target', target: thing } : { part: 'match', match: thing }) as Part
  }

  let lists: readonly (readonly (Part | undefined)[])[] = [parts]
  for (const { slot, part, nets, not } of many) {
    const put = (net: Cidr | Ip): Part => ({ part, net, ...(not ? { not: true } : {}) })
    lists = lists.flatMap((list) => nets.map((n) => [...list.slice(0, slot), put(n), ...list.slice(slot + 1)]))
  }
  const refused = faults.some((f) => f.kind === 'refused')
  return { rules: refused ? [] : lists.map((list) => ({ parts: list.filter((p) => p !== undefined) })), faults }
}
