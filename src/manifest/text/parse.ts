import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, parseDocument, type YAMLMap } from 'yaml'
import type { Json } from '../object.ts'
import type { Finding, Params, Range } from './finding.ts'
import { type Path, pathText } from './path.ts'
import { plainScalar } from './scalar.ts'
import { MAX_DEPTH, syntaxFindings } from './syntax.ts'

/** How many nodes the aliases of a document may stand for when written out. Honest documents stay far below. */
export const MAX_ALIASED_NODES = 100_000

const OPTIONS = {
  // All scalars as text: scalar.ts gives them their types, as kubectl's own YAML reader does.
  schema: 'failsafe',
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const

/** What one document says, and where its nodes stand. `json` is undefined when it has an error. */
export interface Parsed {
  readonly json: Json | undefined
  readonly findings: readonly Finding[]
  readonly root: Node | null
}

/** YAML 1.2, 5.1: characters that may stand in no YAML text. Terminals obey some of them, so they are never repeated either. */
const CONTROL = /[^\P{Cc}\t\n\r\u0085]/u

const controlFinding = (char: string, at: number): Finding => ({
  code: 'yaml-control',
  params: { char: `U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}` },
  severity: 'error',
  range: [at, at + 1],
  field: '',
})

interface Anchored {
  readonly json: Json
  readonly nodes: number
}

/** Reads one document (a chunk of split.ts). Never throws; bad input becomes findings. */
export function parseText(text: string): Parsed {
  const control = CONTROL.exec(text)
  if (control) return { json: undefined, findings: [controlFinding(control[0], control.index)], root: null }
  const doc: Document = parseDocument(text, OPTIONS)
  const syntax = syntaxFindings(doc, text)
  if (doc.errors.length > 0) return { json: undefined, findings: syntax, root: null }
  const reader = new Reader()
  const json = reader.read(doc.contents)
  const findings = [...syntax, ...reader.findings]
  const failed = reader.findings.length > 0
  return { json: failed ? undefined : json, findings, root: doc.contents }
}

const rangeOf = (node: Node | null | undefined): Range => (node?.range ? [node.range[0], node.range[1]] : [0, 0])

function setKey(map: { [key: string]: Json }, key: string, value: Json): void {
  if (key === '__proto__') Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
  else map[key] = value
}

/** A class, because the walk over one document shares its anchors, its count and its findings. */
class Reader {
  readonly findings: Finding[] = []
  private readonly anchors = new Map<string, Anchored>()
  private readonly path: (string | number)[] = []
  private nodes = 0
  private copied = 0
  private exploded = false

  read(node: unknown): Json {
    if (node === null || node === undefined || this.exploded) return null
    const before = this.nodes
    this.nodes++
    const json = this.value(node as Node)
    const anchor = (node as { anchor?: string }).anchor
    if (anchor !== undefined) this.anchors.set(anchor, { json, nodes: this.nodes - before })
    return json
  }

  private value(node: Node): Json {
    if (isScalar(node)) {
      const text = String(node.value ?? '')
      const typed = node.tag === undefined || /:(int|float|bool|null)$/.test(node.tag)
      return typed && node.type === 'PLAIN' ? plainScalar(text) : text
    }
    if (isAlias(node)) return this.alias(node.source, rangeOf(node))
    if (this.path.length >= MAX_DEPTH) {
      if (!this.findings.some((f) => f.code === 'yaml-depth')) this.fail('yaml-depth', { limit: MAX_DEPTH }, rangeOf(node), [])
      return null
    }
    if (isMap(node)) return this.map(node)
    if (isSeq(node)) return node.items.map((item, i) => this.under(i, item))
    return null
  }

  private under(step: string | number, node: unknown): Json {
    this.path.push(step)
    const json = this.read(node)
    this.path.pop()
    return json
  }

  private map(node: YAMLMap): Json {
    const map: { [key: string]: Json } = {}
    const merges: Json[] = []
    const own = new Set<string>()
    for (const pair of node.items) {
      if (!isPair(pair)) continue
      if (pair.key !== null && !isScalar(pair.key)) {
        // `{{ .Values.x }}` is a map in braces that is the key of a map in braces.
        const template = node.flow === true && isMap(pair.key) && pair.key.flow === true
        this.fail(template ? 'yaml-template' : 'yaml-key-type', {}, rangeOf(pair.key as Node))
        continue
      }
      const scalar = isScalar(pair.key) ? pair.key : undefined
      const key = scalar ? String(scalar.value ?? '') : ''
      if (key === '<<' && scalar?.type === 'PLAIN') {
        merges.push(this.under(key, pair.value))
        continue
      }
      if (own.has(key)) this.fail('yaml-duplicate-key', { key }, rangeOf(scalar), [...this.path, key])
      own.add(key)
      setKey(map, key, this.under(key, pair.value))
    }
    // A key of the map itself wins; among merged maps the first.
    for (const merged of this.exploded ? [] : (merges.flat() as Json[])) {
      if (typeof merged !== 'object' || merged === null || Array.isArray(merged)) {
        this.fail('yaml', { text: 'map merge requires map or sequence of maps as the value' }, rangeOf(node))
        continue
      }
      for (const [key, value] of Object.entries(merged)) if (!Object.hasOwn(map, key)) setKey(map, key, value)
    }
    return map
  }

  /** Equal aliases share one value, so memory stays small; but who walks the value later meets each copy, so copies are counted. */
  private alias(name: string, range: Range): Json {
    const anchored = this.anchors.get(name)
    if (!anchored) {
      this.fail('yaml-alias', { name }, range)
      return null
    }
    this.nodes += anchored.nodes
    this.copied += anchored.nodes
    if (this.copied > MAX_ALIASED_NODES) {
      this.exploded = true
      this.fail('yaml-aliases', { limit: MAX_ALIASED_NODES }, range)
      return null
    }
    return anchored.json
  }

  private fail(code: Finding['code'], params: Params, range: Range, path: Path = this.path): void {
    this.findings.push({ code, params, severity: 'error', range, field: pathText(path) })
  }
}
