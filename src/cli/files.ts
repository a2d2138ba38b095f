import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { SourceFile } from '../manifest/object.ts'
import type { Problem } from '../trace/problem.ts'
import type { Desk } from './desk.ts'
import { complaint } from './problems.ts'

/** In MB. The engine has a smaller limit of its own for all files together; this one keeps a film from being read as text. */
const LARGEST = 64

export interface Files {
  readonly files: readonly SourceFile[]
  readonly problems: readonly Problem[]
}

export const exists = (path: string): boolean => path === '-' || statSync(path, { throwIfNoEntry: false }) !== undefined

/** Reads what the command names: files as they are, folders with all their YAML and JSON, `-` as standard input. A file is read once. */
export function readFiles(paths: readonly string[], desk: Desk): Files {
  const files: SourceFile[] = []
  const problems: Problem[] = []
  const seen = new Set<string>()
  for (const path of paths) {
    if (path === '-') {
      if (seen.has('-')) continue
      seen.add('-')
      if (desk.stdin) addText(files, problems, '-', desk.stdin())
      else problems.push(complaint('no-stdin'))
      continue
    }
    const found = withReason(path, problems, () => listed(path))
    if (found?.length === 0) problems.push(complaint(exists(path) ? 'no-yaml' : 'no-such-file', { path }))
    for (const file of found ?? []) {
      withReason(file, problems, () => {
        const real = realpathSync(file)
        if (seen.has(real)) return
        seen.add(real)
        const megabytes = statSync(file).size / 1_000_000
        if (megabytes > LARGEST) problems.push(complaint('file-too-large', { path: file, size: Math.round(megabytes), limit: LARGEST }))
        else addText(files, problems, file, readFileSync(file))
      })
    }
  }
  return { files, problems }
}

/** The files that a path stands for, sorted by name within each folder. */
function listed(path: string): readonly string[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return []
  if (!stat.isDirectory()) return [path]
  const under = (folder: string): readonly string[] =>
    readdirSync(folder, { withFileTypes: true })
      .filter((e) => !e.name.startsWith('.'))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((e) => {
        const full = join(folder, e.name)
        if (e.isDirectory()) return under(full)
        return isManifest(e) ? [full] : []
      })
  return under(path)
}

/** A link counts when it leads to a file; folders behind links are not entered, they may be a circle. */
const isManifest = (entry: Dirent): boolean => /\.(ya?ml|json)$/i.test(entry.name) && (entry.isFile() || entry.isSymbolicLink())

function withReason<T>(path: string, problems: Problem[], read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    problems.push(complaint('unreadable', { path, why }))
    return undefined
  }
}

function addText(files: SourceFile[], problems: Problem[], name: string, bytes: Uint8Array): void {
  try {
    files.push({ name, text: new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes) })
  } catch {
    problems.push({ ...complaint('not-utf8'), where: firstBad(name, bytes) })
  }
}

/** `kubectl get -o yaml > lab.yaml` in Windows PowerShell writes UTF-16 with a byte order mark; kubectl reads it back. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}

function firstBad(file: string, bytes: Uint8Array): NonNullable<Problem['where']> {
  const before = new TextDecoder().decode(bytes).split('\uFFFD', 1)[0] ?? ''
  const lines = before.split('\n')
  const [line, column] = [lines.length, (lines.at(-1) ?? '').length + 1]
  return { file, line, column, offset: before.length, end: before.length + 1, field: '' }
}
