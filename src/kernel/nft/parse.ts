import type { CauseId } from '../../trace/cause.ts'
import type { Problem } from '../../trace/problem.ts'
import type { NftChain, NftCommand, NftFamily } from './ast.ts'
import { atEnd, type Cursor, expect, isWord, name, next, peek, Refused, restOfLine, skipEnds, take, wordsOf } from './cursor.ts'
import { type Token, tokensOf, whereOf } from './lex.ts'
import { readChainLine, readSet, typesOfSet } from './parse-block.ts'
import { readElements } from './parse-elements.ts'
import { readRule } from './parse-rule.ts'

const FAMILIES: readonly string[] = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'] satisfies readonly NftFamily[]
const OBJECTS = ['counter', 'quota', 'limit', 'synproxy', 'secmark', 'flowtable', 'ct'] as const

interface Reading extends Cursor {
  readonly file: string
  readonly commands: NftCommand[]
  readonly problems: Problem[]
  /** The cause of what stands at this offset of the text. */
  readonly because?: (offset: number) => CauseId
  /** Types of the sets so far, for elements that are added later. */
  readonly types: Map<string, { readonly type: readonly string[]; readonly to?: readonly string[] }>
}

interface InTable {
  readonly family: NftFamily
  readonly table: string
}

const readFamily = (c: Cursor): NftFamily => (FAMILIES.includes(peek(c).text) ? (next(c).text as NftFamily) : 'ip')
const readTable = (c: Cursor): InTable => ({ family: readFamily(c), table: name(c) })

function refuse(c: Reading, error: unknown): void {
  if (!(error instanceof Refused)) throw error
  // the end of the file is told once, not by every block around it
  if (c.problems.some((p) => p.where?.offset === error.token.at)) return
  c.problems.push({
    code: error.code,
    params: { token: shown(error.token) },
    severity: 'error',
    where: whereOf(c.source, error.token, c.file),
  })
}

const shown = (token: Token): string => (token.text === '\n' ? 'newline' : token.text)

/** Reads lines until the closing brace; a line that is refused is told and left out. */
function block(c: Reading, line: () => void): void {
  expect(c, '{')
  for (skipEnds(c); !take(c, '}'); skipEnds(c)) {
    if (peek(c).kind === 'eof') throw new Refused('nft-unexpected', peek(c))
    const from = c.at
    try {
      line()
    } catch (error) {
      refuse(c, error)
      skip(c, from)
    }
  }
}

/** Leaves out what began here, with all that its braces hold. */
function skip(c: Cursor, from: number): void {
  c.at = from
  restOfLine(c)
  if (c.at === from) next(c)
}

const caused = (c: Reading, at: number): { readonly because?: CauseId } => (c.because === undefined ? {} : { because: c.because(at) })

function addSet(c: Reading, where: InTable, kind: 'set' | 'map'): void {
  const because = caused(c, peek(c).at)
  const { elements: read, ...is } = readSet(c, kind, name(c))
  const set = { ...is, ...because }
  const elements = read.map((element) => ({ ...element, ...because }))
  c.types.set(`${where.family} ${where.table} ${set.name}`, { type: typesOfSet(set), ...(set.to ? { to: set.to } : {}) })
  c.commands.push({ do: 'set', ...where, set })
  if (elements.length > 0) c.commands.push({ do: 'elements', ...where, set: set.name, elements })
}

function addChain(c: Reading, where: InTable): void {
  let chain: Omit<NftChain, 'rules'> = { ...caused(c, peek(c).at), name: name(c) }
  const at = c.commands.length
  if (isWord(peek(c), '{'))
    block(c, () => {
      const head = readChainLine(c, chain, where.family)
      const { at } = peek(c)
      if (head !== undefined) chain = head
      else c.commands.push({ do: 'rule', ...where, chain: chain.name, rule: { ...readRule(c.source, restOfLine(c)), ...caused(c, at) } })
    })
  c.commands.splice(at, 0, { do: 'chain', ...where, chain })
}

function addObject(c: Reading, where: InTable, kind: string): void {
  const words = kind === 'ct' ? `ct ${next(c).text}` : kind
  const called = name(c)
  const lines: string[] = []
  if (isWord(peek(c), '{')) block(c, () => lines.push(wordsOf(c.source, restOfLine(c))))
  c.commands.push({ do: 'object', ...where, object: { kind: words, name: called, lines } })
}

function addTable(c: Reading, where: InTable): void {
  let comment: string | undefined
  let flags: readonly string[] = []
  const at = c.commands.length
  if (isWord(peek(c), '{'))
    block(c, () => {
      const token = peek(c)
      if (take(c, 'comment')) comment = next(c).text
      else if (take(c, 'flags'))
        flags = restOfLine(c)
          .map((t) => t.text)
          .filter((t) => t !== ',')
      else if (take(c, 'set')) addSet(c, where, 'set')
      else if (take(c, 'map')) addSet(c, where, 'map')
      else if (take(c, 'chain')) addChain(c, where)
      else if (OBJECTS.some((o) => take(c, o))) addObject(c, where, token.text)
      else throw new Refused('nft-unexpected', token)
    })
  c.commands.splice(at, 0, { do: 'table', ...where, flags, ...(comment === undefined ? {} : { comment }) })
}

function elementsOf(c: Reading, where: InTable, op: 'elements' | 'delete-elements'): void {
  const token = peek(c)
  const set = name(c)
  const types = c.types.get(`${where.family} ${where.table} ${set}`)
  if (!types) throw new Refused('nft-no-such-set', token)
  c.commands.push({ do: op, ...where, set, elements: readElements(c, types.type, op === 'elements' ? types.to : undefined) })
}

function add(c: Reading, what: Token, insert: boolean): void {
  switch (what.text) {
    case 'table':
      return addTable(c, readTable(c))
    case 'chain':
      return addChain(c, readTable(c))
    case 'set':
    case 'map':
      return addSet(c, readTable(c), what.text)
    case 'element':
      return elementsOf(c, readTable(c), 'elements')
    case 'rule': {
      const where = readTable(c)
      const chain = name(c)
      if (isWord(peek(c), 'position') || isWord(peek(c), 'index') || isWord(peek(c), 'handle')) throw new Refused('nft-unexpected', peek(c))
      c.commands.push({
        do: 'rule',
        ...where,
        chain,
        rule: readRule(c.source, restOfLine(c)),
        ...(insert ? { insert: true as const } : {}),
      })
      return
    }
    default:
      if (!OBJECTS.some((o) => o === what.text)) throw new Refused('nft-unexpected', what)
      addObject(c, readTable(c), what.text)
  }
}

function flush(c: Reading, what: Token): void {
  if (what.text === 'ruleset') {
    const family = atEnd(c) ? undefined : readFamily(c)
    c.commands.push({ do: 'flush-ruleset', ...(family === undefined ? {} : { family }) })
  } else if (what.text === 'table') c.commands.push({ do: 'flush-chain', ...readTable(c) })
  else if (what.text === 'chain') c.commands.push({ do: 'flush-chain', ...readTable(c), chain: name(c) })
  else if (what.text === 'set' || what.text === 'map') c.commands.push({ do: 'flush-set', ...readTable(c), set: name(c) })
  else throw new Refused('nft-unexpected', what)
}

function remove(c: Reading, what: Token): void {
  if (what.text === 'table') c.commands.push({ do: 'delete-table', ...readTable(c) })
  else if (what.text === 'chain') c.commands.push({ do: 'delete-chain', ...readTable(c), chain: name(c) })
  else if (what.text === 'set' || what.text === 'map') c.commands.push({ do: 'delete-set', ...readTable(c), set: name(c) })
  else if (what.text === 'element') elementsOf(c, readTable(c), 'delete-elements')
  else throw new Refused('nft-unexpected', what)
}

function command(c: Reading): void {
  const verb = next(c)
  switch (verb.kind === 'word' ? verb.text : '') {
    case 'table':
      return addTable(c, readTable(c))
    case 'add':
    case 'create':
      return add(c, next(c), false)
    case 'insert':
      return add(c, next(c), true)
    case 'flush':
      return flush(c, next(c))
    case 'delete':
      return remove(c, next(c))
    default:
      throw new Refused('nft-unexpected', verb)
  }
}

export interface NftText {
  readonly commands: readonly NftCommand[]
  /** nft itself would load nothing of a text that has one. */
  readonly problems: readonly Problem[]
}

/**
 * Reads commands (`add rule …`) and listings (`table ip x { … }`), mixed as they come. A line that is refused is left out and told.
 * @param because the cause of what begins at an offset of the text
 */
export function parseNft(text: string, file: string, because?: (offset: number) => CauseId): NftText {
  const { tokens, open } = tokensOf(text)
  const whole = open ? [...tokens, { ...open, kind: 'eof' as const }] : tokens
  const c: Reading = {
    source: text,
    tokens: whole,
    at: 0,
    file,
    commands: [],
    problems: [],
    types: new Map(),
    ...(because ? { because } : {}),
  }
  for (skipEnds(c); peek(c).kind !== 'eof'; skipEnds(c)) {
    const from = c.at
    try {
      command(c)
      if (!atEnd(c)) throw new Refused('nft-unexpected', peek(c))
    } catch (error) {
      refuse(c, error)
      skip(c, from)
    }
  }
  if (open) refuse(c, new Refused('nft-open-quote', open))
  return { commands: c.commands, problems: c.problems }
}
