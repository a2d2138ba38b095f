/**
 * The doors between the rooms: who may import whom, which packages may come in, and which words the engine may not use.
 * The table is that of ARCHITECTURE.md. A new room or a new door is a line here, and a reason in writing there.
 */
import { posix } from 'node:path'
import { readSource } from './doors-source.ts'

/** `types`: rooms from which only types may come. */
interface Doors {
  readonly rooms: readonly string[]
  readonly types?: readonly string[]
  readonly packages?: readonly string[]
}

const engine = ['net', 'trace', 'manifest', 'cluster', 'kernel', 'userspace', 'dump', 'agents', 'tools', 'words']

/** Stands for the files at the top of src/ and the folders engine/ and cli/, which are built on all rooms. */
const top = 'top'

/** Room of src/ → what it may import beside itself. */
export const doors: Readonly<Record<string, Doors>> = {
  net: { rooms: [] },
  trace: { rooms: ['net'] },
  manifest: { rooms: ['net', 'trace'], packages: ['yaml'] },
  cluster: { rooms: ['net', 'trace', 'manifest'], types: ['dump'] },
  kernel: { rooms: ['net', 'trace'] },
  dump: { rooms: ['net', 'trace', 'kernel'] },
  userspace: { rooms: ['net', 'trace'] },
  agents: { rooms: ['net', 'trace', 'cluster', 'kernel', 'dump'], types: ['userspace', 'manifest'], packages: ['@noble/hashes'] },
  tools: { rooms: ['net', 'trace', 'manifest', 'cluster', 'kernel', 'userspace', 'agents', 'dump'] },
  words: { rooms: [], types: [...engine, top] },
  walk: { rooms: ['net', 'trace', 'kernel', 'userspace'] },
  [top]: { rooms: [...engine, 'walk'] },
}

/** Packages that the page may use. Monaco is large and stands behind a lazy door: app/editor/ alone may name it. */
const pagePackages = ['react', 'react-dom', 'zustand', 'd3', 'fflate', 'react-resizable-panels', '@fontsource-variable']

/** What would make two runs differ, or tie the engine to one place: a clock, luck, a language, a host. */
const impure: ReadonlySet<string> = new Set([
  ...['Date', 'Intl', 'Math.random', 'performance', 'crypto', 'globalThis', 'eval', 'Function', 'import.meta'],
  ...['.localeCompare', '.toLocaleString', '.toLocaleLowerCase', '.toLocaleUpperCase', '.toLocaleDateString', '.toLocaleTimeString'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame', 'structuredClone', 'fetch'],
  ...['console', 'process', 'Buffer', 'require', 'window', 'document', 'navigator', 'self', 'localStorage', 'postMessage'],
  ...['WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics'],
])

/** One broken rule. */
export interface Breach {
  readonly file: string
  /** 1-based; 0 for the whole file. */
  readonly line: number
  readonly what: string
}

const isTest = (file: string): boolean => /\.(test|spec)\.tsx?$/.test(file)

/** May use Node and all rooms, and is never part of the engine or the page. */
const isWorkshop = (file: string): boolean => /^src\/(testing|bench)\//.test(file) || isTest(file)

/** The faces that touch the outside: a process, a worker. */
const isFace = (file: string): boolean => /^src\/(cli|worker)\.ts$|^src\/cli\//.test(file)

/** The room that a file of src/ stands in. */
const roomOf = (file: string): string => {
  const [, first = '', ...rest] = file.split('/')
  if (rest.length === 0) return /^walk(-acts|-pieces|-sockets)?\.ts$/.test(first) ? 'walk' : top
  return first === 'engine' || first === 'cli' ? top : first
}

const packageOf = (from: string): string =>
  from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')

/** Why a file of src/ may not import this, or undefined. */
const closedInEngine = (file: string, from: string, types: boolean): string | undefined => {
  const room = roomOf(file)
  const own = doors[room]
  if (own === undefined) return `src/${room}/ is not a room`
  if (!from.startsWith('.')) {
    if (from.startsWith('node:') && isFace(file)) return undefined
    return own.packages?.includes(packageOf(from)) ? undefined : `${room} may not import the package ${from}`
  }
  const target = posix.join(posix.dirname(file), from)
  // scripts/schema.mjs makes it; the worker fetches it.
  if (target === 'generated/kubernetes.json' && isFace(file)) return undefined
  if (!target.startsWith('src/')) return `${room} may not import ${target}`
  if (isWorkshop(target)) return `${target} is for tests`
  const other = roomOf(target)
  if (other === room || own.rooms.includes(other)) return undefined
  if (own.types?.includes(other)) return types ? undefined : `${room} may import types only from ${other}`
  return `${room} may not import ${other}`
}

/** Why a file of app/ may not import this, or undefined. */
const closedInPage = (file: string, from: string, types: boolean): string | undefined => {
  if (!from.startsWith('.') && !from.startsWith('/')) {
    if (packageOf(from) === 'monaco-editor') return file.startsWith('app/editor/') ? undefined : 'only app/editor/ may import monaco-editor'
    const known = pagePackages.some((name) => from === name || from.startsWith(`${name}/`))
    return known ? undefined : `the page may not import the package ${from}`
  }
  const target = from.startsWith('/') ? from.slice(1) : posix.join(posix.dirname(file), from)
  if (isWorkshop(target)) return `${target} is for tests`
  if (target.startsWith('app/') || target.startsWith('public/')) return undefined
  if (!target.startsWith('src/')) return `the page may not import ${target}`
  return types || file.startsWith('app/engine/') ? undefined : `only app/engine/ may import more than types from ${target}`
}

/** Files over this many lines want to be two. Tables of rows may be long. */
const limitOf = (file: string): number => (/\/data\//.test(file) ? Number.POSITIVE_INFINITY : isTest(file) ? 600 : 300)

/**
 * All that a file does against the rules.
 * @param file path from the root of the project, with slashes: `src/net/ip.ts`, `app/App.tsx`
 * @throws if the text is not TypeScript
 */
export const breachesOf = (file: string, text: string): readonly Breach[] => {
  const breaches: Breach[] = []
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  if (lines > limitOf(file)) breaches.push({ file, line: 0, what: `${lines} lines, over ${limitOf(file)}` })
  const { imports, free } = readSource(file, text)
  for (const { from, types, line } of imports) {
    const path = from.replace(/\?.*$/, '')
    if (path.startsWith('.') && !posix.basename(path).includes('.')) breaches.push({ file, line, what: `${from} lacks its extension` })
    if (isWorkshop(file)) continue
    const why = file.startsWith('src/') ? closedInEngine(file, path, types) : closedInPage(file, path, types)
    if (why !== undefined) breaches.push({ file, line, what: why })
  }
  if (!file.startsWith('src/') || isWorkshop(file) || isFace(file)) return breaches
  for (const { name, line } of free) {
    if (impure.has(name)) breaches.push({ file, line, what: `${name} has no place in the engine` })
    if (name.startsWith('declare ')) breaches.push({ file, line, what: `${name}: the engine knows no globals` })
  }
  return breaches
}
