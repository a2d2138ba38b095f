// generated/kubernetes.json: field names, types and enums of every Kubernetes kind, for the editor's completion and hover.
// Read out of the type files of two pinned dev dependencies and never committed. Called by the configurations of Vite and
// Vitest, so that no command needs a step of its own; made anew only when a version or this file changed.
//   kubernetes-models  newer Kubernetes, with enums
//   kubernetes-types   Kubernetes v1.30: what is not there is newer
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { root } from './fresh.mjs'

export const schemaFile = join(root, 'generated/kubernetes.json')
const modules = join(root, 'node_modules')

/**
 * A type: text, int, bool, number or name, anything; the index of a type with fields; one of some words; a list; a map.
 * @typedef {'s' | 'i' | 'b' | 'o' | '*' | number | { e: string[] } | [Code] | { m: Code }} Code
 * @typedef {{ f: Record<string, Code>, need?: string[], newer?: string[] }} Type
 */

// ── reading .d.ts ───────────────────────────────────────────────────────────────────────────────

/** @param {string} text @returns {string[]} */
const tokensOf = (text) =>
  // A comment may speak of `*/scale`: it ends where its line ends too.
  text.replace(/\/\*[\s\S]*?\*\/[ \t]*$/gm, '').match(/"(?:[^"\\]|\\.)*"|[A-Za-z_$][\w$.]*|[{}[\]<>():;?|,=&]/g) ?? []

/**
 * The body of an interface or the right side of a type, as a tree of names.
 * @typedef {{ name: string } | { words: string[] } | { list: Tree } | { map: Tree } | { fields: Record<string, { tree: Tree, need: boolean }> }} Tree
 */
class Reader {
  /** @param {readonly string[]} tokens @param {number} at */
  constructor(tokens, at) {
    this.tokens = tokens
    this.at = at
  }
  next() {
    return this.tokens[this.at++] ?? ''
  }
  /** @param {string} token */
  eat(token) {
    if (this.tokens[this.at] !== token) return false
    this.at += 1
    return true
  }
  /** @returns {Tree} */
  type() {
    const parts = [this.single()]
    while (this.eat('|')) parts.push(this.single())
    const first = /** @type {Tree} */ (parts[0])
    if (parts.every((p) => 'words' in p)) return { words: parts.flatMap((p) => ('words' in p ? p.words : [])) }
    return parts.length === 1 ? first : { name: 'number|string' }
  }
  /** @returns {Tree} */
  single() {
    const token = this.next()
    if (token.startsWith('"')) return { words: [JSON.parse(token)] }
    if (token === '{') return this.body()
    if (token === 'Array' && this.eat('<')) {
      const list = this.type()
      this.eat('>')
      return { list }
    }
    // ITypeMeta["kind"]: whatever it is, it is a word.
    if (this.eat('[')) {
      while (this.at < this.tokens.length && !this.eat(']')) this.at += 1
      return { name: 'string' }
    }
    return { name: token }
  }
  /** @returns {Tree} behind the opening brace */
  body() {
    /** @type {Record<string, { tree: Tree, need: boolean }>} */
    const fields = {}
    /** @type {Tree | undefined} */
    let map
    while (this.at < this.tokens.length && !this.eat('}')) {
      if (this.eat('[')) {
        while (!this.eat(']')) this.at += 1
        this.eat(':')
        map = this.type()
      } else {
        const token = this.next()
        const name = token.startsWith('"') ? JSON.parse(token) : token
        const need = !this.eat('?')
        if (!this.eat(':')) continue
        fields[name] = { tree: this.type(), need }
      }
      this.eat(';')
    }
    return map !== undefined && Object.keys(fields).length === 0 ? { map } : { fields }
  }
}

/**
 * The interfaces and type aliases of a file by their names.
 * @param {string} file
 * @returns {Map<string, Tree>}
 */
const declarationsOf = (file) => {
  const tokens = tokensOf(readFileSync(file, 'utf8'))
  /** @type {Map<string, Tree>} */
  const found = new Map()
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] !== 'export') continue
    const name = tokens[i + 2] ?? ''
    if (tokens[i + 1] === 'interface') {
      const open = tokens.indexOf('{', i)
      found.set(name, new Reader(tokens, open + 1).body())
    } else if (tokens[i + 1] === 'type' && tokens[i + 3] === '=') found.set(name, new Reader(tokens, i + 4).type())
  }
  return found
}

/**
 * @param {string} folder
 * @returns {string[]} files in a fixed order
 */
const typeFiles = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return entry.name === '_schemas' || entry.name === 'node_modules' ? [] : typeFiles(path)
      return entry.name.endsWith('.d.ts') && entry.name !== 'index.d.ts' ? [path] : []
    })

// ── kubernetes-types: what v1.30 has ────────────────────────────────────────────────────────────

/** kubernetes-types leaves out the fields whose comments hold the sign that ends a comment; v1.30 has them. */
const lost = new Set(['resources', 'scope', 'verbs'])

/** @returns {Map<string, ReadonlySet<string>>} `apps/v1.DeploymentSpec` → its fields */
const fieldsOf130 = () => {
  const folder = join(modules, 'kubernetes-types')
  /** @type {Map<string, ReadonlySet<string>>} */
  const known = new Map()
  for (const file of typeFiles(folder)) {
    const group = relative(folder, file)
      .replace(/\.d\.ts$/, '')
      .split(sep)
      .join('/')
    for (const [name, tree] of declarationsOf(file))
      known.set(`${group}.${name}`, new Set('fields' in tree ? [...Object.keys(tree.fields), ...(/Rule/.test(name) ? lost : [])] : []))
  }
  return known
}

// ── kubernetes-models: the types ────────────────────────────────────────────────────────────────

const simple = /** @type {Readonly<Record<string, Code>>} */ ({ string: 's', number: 'i', boolean: 'b', 'number|string': 'o' })

/** `networking.k8s.io/v1` → `networking/v1`, as kubernetes-types names its files. @param {string} groupVersion */
const oldName = (groupVersion) => {
  const [group = '', version] = groupVersion.includes('/') ? groupVersion.split('/') : ['core', groupVersion]
  return `${group.split('.')[0]}/${version}`
}

/** @typedef {{ tree: Tree, local: ReadonlyMap<string, string>, old: string }} Known */

/** Every type of a package by its long name (`IIoK8sApiCoreV1Service`). @param {string} folder @param {string} group @param {Map<string, Known>} out */
const readPackage = (folder, group, out) => {
  for (const file of typeFiles(folder)) {
    const parts = relative(folder, file)
      .replace(/\.d\.ts$/, '')
      .split(sep)
    const name = parts.pop() ?? ''
    const text = readFileSync(file, 'utf8')
    const local = new Map([...text.matchAll(/\b(I\w+) as (IIoK8s\w+)/g)].map((m) => [m[1] ?? '', m[2] ?? '']))
    const folderName = parts.join('/').replace(/^apis\//, '')
    for (const [short, tree] of declarationsOf(file)) {
      const long = local.get(short)
      if (long !== undefined) out.set(long, { tree, local, old: `${group === '' ? oldName(folderName) : folderName}.${name}` })
    }
  }
}

const stable = /^v\d+$/

/** Every kind with metadata: stable versions, and unstable ones of v1.30 that never had a stable one. @param {Map<string, Known>} known @param {ReadonlyMap<string, ReadonlySet<string>>} old */
const kindsOf = (known, old) => {
  const kinds = [...known].flatMap(([long, { tree, old: name }]) => {
    if (!('fields' in tree)) return []
    const { apiVersion, kind, metadata } = tree.fields
    if (apiVersion === undefined || kind === undefined || metadata === undefined) return []
    const versions = 'words' in apiVersion.tree ? apiVersion.tree.words : []
    const names = 'words' in kind.tree ? kind.tree.words : []
    if (versions.length !== 1 || names.length !== 1 || /List$/.test(names[0] ?? '')) return []
    // Of a group that kubernetes-types leaves out nothing is known.
    const listed = [...old.keys()].some((known) => known.split('/')[0] === name.split('/')[0])
    return [{ apiVersion: versions[0] ?? '', kind: names[0] ?? '', long, newer: listed && !old.has(name) }]
  })
  const group = (/** @type {string} */ v) => (v.includes('/') ? v.split('/')[0] : '')
  const version = (/** @type {string} */ v) => v.split('/').pop() ?? ''
  return kinds
    .filter((k) => {
      if (group(k.apiVersion) === 'extensions') return false
      if (stable.test(version(k.apiVersion))) return true
      const sister = kinds.some(
        (o) => o.kind === k.kind && group(o.apiVersion) === group(k.apiVersion) && stable.test(version(o.apiVersion)),
      )
      return !sister && !k.newer
    })
    .sort((a, b) => (a.kind + a.apiVersion < b.kind + b.apiVersion ? -1 : 1))
}

const make = () => {
  /** @type {Map<string, Known>} */
  const known = new Map()
  readPackage(join(modules, 'kubernetes-models'), '', known)
  readPackage(join(modules, '@kubernetes-models/apimachinery'), 'meta', known)
  const old = fieldsOf130()
  /** @type {Type[]} */
  const types = []
  /** @type {Map<string, Code>} */
  const numbers = new Map()

  /** @param {Tree} tree @param {ReadonlyMap<string, string>} local @returns {Code} */
  const code = (tree, local) => {
    if ('words' in tree) return { e: tree.words.filter((word) => word !== '') }
    if ('list' in tree) return [code(tree.list, local)]
    if ('map' in tree) return { m: code(tree.map, local) }
    if ('fields' in tree) return typeOf(tree, local, undefined)
    return simple[tree.name] ?? named(local.get(tree.name) ?? tree.name)
  }
  /** @param {string} long @returns {Code} */
  const named = (long) => {
    const seen = numbers.get(long)
    if (seen !== undefined) return seen
    const type = known.get(long)
    if (type === undefined || long.endsWith('JSONSchemaProps')) return '*'
    if (!('fields' in type.tree)) return code(type.tree, type.local)
    if (Object.keys(type.tree.fields).length === 0) return '*'
    numbers.set(long, types.length)
    return typeOf(type.tree, type.local, old.get(type.old))
  }
  /** @param {Extract<Tree, { fields: unknown }>} tree @param {ReadonlyMap<string, string>} local @param {ReadonlySet<string> | undefined} before @returns {Code} */
  const typeOf = (tree, local, before) => {
    const number = types.length
    /** @type {Type} */
    const type = { f: {} }
    types.push(type)
    for (const [name, { tree: field, need }] of Object.entries(tree.fields)) {
      if (name === 'apiVersion' && 'words' in field) continue
      if (name === 'kind' && 'words' in field) continue
      type.f[name] = code(field, local)
      if (need) type.need = [...(type.need ?? []), name]
      if (before !== undefined && before.size > 0 && !before.has(name)) type.newer = [...(type.newer ?? []), name]
    }
    return number
  }
  const kinds = kindsOf(known, old).map(({ apiVersion, kind, long, newer }) => [kind, apiVersion, named(long), ...(newer ? [1] : [])])
  return { kinds, types }
}

/** @param {string} name */
const versionOf = (name) => JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version

/** Writes the file if it is missing or was made from something else. The same input gives the same bytes. */
export const makeSchema = () => {
  const sources = ['kubernetes-models', '@kubernetes-models/apimachinery', 'kubernetes-types'].map((name) => `${name} ${versionOf(name)}`)
  const own = createHash('sha256')
    .update(readFileSync(import.meta.filename))
    .digest('hex')
    .slice(0, 12)
  const made = `${sources.join(', ')}, ${own}`
  const head = `{"made":${JSON.stringify(made)},`
  if (existsSync(schemaFile) && readFileSync(schemaFile, 'utf8').startsWith(head)) return
  mkdirSync(join(root, 'generated'), { recursive: true })
  const temporary = `${schemaFile}.${process.pid}`
  writeFileSync(temporary, `${head}${JSON.stringify(make()).slice(1)}\n`)
  renameSync(temporary, schemaFile)
}

if (import.meta.filename === process.argv[1]) makeSchema()
