import { lengthOf, networkOf, parseCidr } from '../../net/cidr.ts'
import { familyOf } from '../../net/ip.ts'
import { absolute, lower } from '../dns/name.ts'
import { type Token, tokensOf } from './lexer.ts'
import { orderOf } from './order.ts'

export interface Directive {
  readonly name: string
  readonly args: readonly string[]
  /** Lines of its block, each a property and its arguments. */
  readonly block: readonly (readonly string[])[]
  readonly line: number
}

export interface Key {
  /** Lower case, absolute. */
  readonly zone: string
  readonly port: number
  readonly transport: string
}

export interface Block {
  readonly keys: readonly Key[]
  /** In file order. */
  readonly directives: readonly Directive[]
}

/** Why CoreDNS would not start: its own words, and the line. */
export interface CorefileError {
  readonly error: string
  readonly line: number
}

const PORTS: Readonly<Record<string, number>> = { dns: 53, tls: 853, quic: 853, grpc: 443, https: 443, https3: 443 }
const MOST_IMPORTS = 10_000

/** Thrown inside the parser alone and caught at its door. */
class Refused extends Error {
  readonly line: number
  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

/** The reverse zone of a net at an octet or nibble border; others would become several zones. */
function reverseZone(text: string): string | undefined {
  const net = parseCidr(text)
  if (net === undefined) return undefined
  const unit = familyOf(net) === 4 ? 8 : 4
  if (familyOf(net) === 6 || lengthOf(net) % unit !== 0) return undefined
  return `${networkOf(net)
    .split('.')
    .slice(0, lengthOf(net) / unit)
    .reverse()
    .join('.')}.in-addr.arpa.`
}

function keyOf(token: Token): Key {
  const [, scheme = 'dns', rest = ''] = /^(?:([a-z0-9]+):\/\/)?(.*)$/.exec(token.text) ?? []
  const usual = PORTS[scheme]
  if (usual === undefined) throw new Refused(`unknown transport '${scheme}'`, token.line)
  const port = /^(.*):(\d+)$/.exec(rest)
  const zone = port?.[1] ?? rest
  return { zone: reverseZone(zone) ?? absolute(lower(zone === '' ? '.' : zone)), port: port ? Number(port[2]) : usual, transport: scheme }
}

type Cursor = { readonly tokens: readonly Token[]; at: number }
const peek = (c: Cursor): Token | undefined => c.tokens[c.at]
const lastLine = (c: Cursor): number => c.tokens[c.tokens.length - 1]?.line ?? 1

/** Addresses up to `{` or the end of their line; a comma at the end lets the list go on. */
function addresses(c: Cursor): readonly Token[] {
  const out: Token[] = []
  for (let t = peek(c); t && t.text !== '{'; t = peek(c)) {
    const before = c.tokens[c.at - 1]
    if (out.length > 0 && before && before.line !== t.line && !before.text.endsWith(',')) break
    out.push(t)
    c.at++
  }
  return out.map((t) => ({ ...t, text: t.text.replace(/,$/, '') })).filter((t) => t.text !== '')
}

function directive(c: Cursor): Directive {
  const name = c.tokens[c.at++] as Token
  const args: string[] = []
  for (let t = peek(c); t && t.line === name.line && t.text !== '{' && t.text !== '}'; t = peek(c)) {
    args.push(t.text)
    c.at++
  }
  const open = peek(c)
  if (open?.text !== '{' || open.line !== name.line) return { name: name.text, args, block: [], line: name.line }
  c.at++
  const lines: { line: number; words: string[] }[] = []
  for (let depth = 1; ; c.at++) {
    const t = peek(c)
    if (!t) throw new Refused(`syntax: unexpected end, missing '}' of ${name.text}`, lastLine(c))
    if (t.text === '{') depth++
    if (t.text === '}' && --depth === 0) break
    const last = lines[lines.length - 1]
    if (last && last.line === t.line) last.words.push(t.text)
    else lines.push({ line: t.line, words: [t.text] })
  }
  c.at++
  return { name: name.text, args, block: lines.map((l) => l.words), line: name.line }
}

/** The tokens between a `{` and its `}`; the cursor stands behind the `{`. */
function body(c: Cursor): readonly Token[] {
  const from = c.at
  for (let depth = 1; ; c.at++) {
    const t = peek(c)
    if (!t) throw new Refused("syntax: unexpected end, missing '}'", lastLine(c))
    if (t.text === '{') depth++
    if (t.text === '}' && --depth === 0) return c.tokens.slice(from, c.at++)
  }
}

/** Without braces a file is one block. */
function remaining(c: Cursor): readonly Token[] {
  const from = c.at
  c.at = c.tokens.length
  return c.tokens.slice(from)
}

/** Puts snippets in place of `import NAME`. Files have no place in a lab, so an import of one is refused. */
function spliced(tokens: readonly Token[], snippets: ReadonlyMap<string, readonly Token[]>): readonly Token[] {
  const out: Token[] = []
  const todo = [...tokens]
  for (let n = 0; todo.length > 0; ) {
    const t = todo.shift() as Token
    const before = out[out.length - 1]
    if (t.text !== 'import' || before?.line === t.line) out.push(t)
    else {
      const name = todo.shift()
      const snippet = snippets.get(name?.text ?? '')
      if (!snippet) throw new Refused(`File to import not found: ${name?.text ?? ''}`, t.line)
      if (++n > MOST_IMPORTS || snippet.length > MOST_IMPORTS) throw new Refused(`maximum imports exceeded: ${name?.text ?? ''}`, t.line)
      todo.unshift(...snippet)
    }
  }
  return out
}

function directivesOf(tokens: readonly Token[]): readonly Directive[] {
  const c: Cursor = { tokens, at: 0 }
  const out: Directive[] = []
  while (peek(c)) {
    const one = directive(c)
    if (orderOf(one.name) < 0) throw new Refused(`Unknown directive '${one.name}'`, one.line)
    out.push(one)
  }
  return out
}

function blocksOf(source: string): readonly Block[] {
  const c: Cursor = { tokens: tokensOf(source), at: 0 }
  const snippets = new Map<string, readonly Token[]>()
  const blocks: Block[] = []
  const taken = new Set<string>()
  while (peek(c)) {
    const names = addresses(c)
    const braces = peek(c)?.text === '{'
    if (braces) c.at++
    const rest = braces ? body(c) : remaining(c)
    const snippet = /^\((.+)\)$/.exec(names[0]?.text ?? '')?.[1]
    if (names.length === 1 && snippet !== undefined) {
      if (snippets.has(snippet)) throw new Refused(`redeclaration of previously declared snippet ${snippet}`, names[0]?.line ?? 1)
      snippets.set(snippet, rest)
      continue
    }
    const keys = names.map(keyOf)
    for (const k of keys) {
      const name = `${k.transport}://${k.zone}:${k.port}`
      if (taken.has(name)) throw new Refused(`cannot serve ${name} - it is already defined`, names[0]?.line ?? 1)
      taken.add(name)
    }
    blocks.push({ keys, directives: directivesOf(spliced(rest, snippets)) })
  }
  return blocks
}

/** Reads a Corefile as CoreDNS does. Environment placeholders stay as they are: a lab has no environment for CoreDNS. */
export function parseCorefile(source: string): { readonly blocks: readonly Block[] } | CorefileError {
  try {
    return { blocks: blocksOf(source) }
  } catch (e) {
    if (e instanceof Refused) return { error: e.message, line: e.line }
    throw e
  }
}
