import type { SourceFile } from '../../../src/manifest/object.ts'
import { openFiles, openPlace } from '../../asking.ts'
import { look } from '../../engine/client.ts'
import { joined } from '../../learn/files.ts'
import { type FilesTrouble, set } from '../../store.ts'
import { isDump, MOST_DUMP, waitFor } from './dumps.ts'

/** As much text as the engine reads, in bytes. */
export const MOST = 5_000_000

/** `dumps`: outputs of a node's tools among them. */
type Taken =
  | { readonly files: readonly SourceFile[]; readonly dumps?: readonly SourceFile[] }
  | { readonly trouble: FilesTrouble; readonly name: string }

/** The text of a file; undefined when it is none. */
function textOf(bytes: Uint8Array): string | undefined {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
  try {
    const text = new TextDecoder(wide, { fatal: true }).decode(bytes)
    return text.includes('\u0000') ? undefined : text
  } catch {
    return undefined
  }
}

const isManifest = (text: string): boolean =>
  /^\s*(- )?["']?(kind|apiVersion)["']?\s*:/m.test(text) || /["'](kind|apiVersion)["']\s*:/.test(text)

/** Names that a link can carry: letters, digits, dots and dashes. */
function nameFor(name: string): string {
  const plain = name.replace(/[^\w.-]+/g, '-').slice(-80)
  return /[a-z0-9]/i.test(plain.replace(/\.[^.]*$/, '')) ? plain : `file${/\.[\w]+$/.exec(plain)?.[0] ?? '.yaml'}`
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 100_000) / 10} MB`

type Given = Pick<File, 'name' | 'size' | 'arrayBuffer'>

async function readText(file: Given): Promise<{ readonly text: string } | { readonly trouble: FilesTrouble; readonly name: string }> {
  try {
    const text = textOf(new Uint8Array(await file.arrayBuffer()))
    return text === undefined ? { trouble: 'binary', name: file.name } : { text }
  } catch {
    return { trouble: 'unreadable', name: file.name }
  }
}

const isYaml = (name: string): boolean => /\.(ya?ml|json)$/i.test(name)
/** No YAML by its name: the engine takes such a file for a dump by what stands in it. */
const dumpName = (name: string): string => (isYaml(name) ? `${nameFor(name).replace(/\.[^.]*$/, '')}.txt` : nameFor(name))

/** Reads what was dropped, chosen or pasted; nothing is taken unless all of it can be. */
export async function takeFiles(dropped: readonly Given[]): Promise<Taken> {
  const size = dropped.reduce((sum, file) => sum + file.size, 0)
  // Before anything is read: a film must not fill the memory first.
  if (size > MOST_DUMP) return { trouble: 'too-big', name: megabytes(size) }
  let files: readonly SourceFile[] = []
  let dumps: readonly SourceFile[] = []
  for (const file of dropped) {
    // A picture is refused by its name; a dump may have any.
    if (/\.(png|jpe?g|gif|webp|pdf|zip|gz|tar|mp4|svg)$/i.test(file.name)) return { trouble: 'not-yaml', name: file.name }
    const read = await readText(file)
    if ('trouble' in read) return read
    const { text } = read
    if (isDump(text)) dumps = joined(dumps, [{ name: dumpName(file.name), text }])
    else if (isYaml(file.name)) files = joined(files, [{ name: nameFor(file.name), text }])
    else return { trouble: 'not-yaml', name: file.name }
  }
  const yaml = files.reduce((sum, { text }) => sum + text.length, 0)
  if (yaml > MOST) return { trouble: 'too-big', name: megabytes(yaml) }
  if (dumps.length > 0) return { files, dumps }
  if (files.every(({ text }) => text.trim() === '')) return { trouble: 'nothing', name: '' }
  return files.some(({ text }) => isManifest(text)) ? { files } : { trouble: 'no-manifest', name: files[0]?.name ?? '' }
}

/** Reads files that somebody says are dumps: the engine will tell if nothing in them is. */
export async function takeDumps(chosen: readonly Given[]): Promise<Taken> {
  const size = chosen.reduce((sum, file) => sum + file.size, 0)
  if (size > MOST_DUMP) return { trouble: 'too-big', name: megabytes(size) }
  let files: readonly SourceFile[] = []
  for (const file of chosen) {
    const read = await readText(file)
    if ('trouble' in read) return read
    files = joined(files, [{ name: dumpName(file.name), text: read.text }])
  }
  return { files }
}

/** Opens dropped files as a lab, or a story with its question; says why when it does not. */
export async function openDropped(dropped: readonly File[]): Promise<void> {
  const taken = await takeFiles(dropped)
  if ('trouble' in taken) {
    set({ notice: { kind: 'files', ...taken } })
    return
  }
  if (taken.dumps !== undefined) {
    // Manifests that came along are the lab in which the dumps are asked for.
    if (taken.files.length > 0) openFiles(taken.files)
    waitFor(taken.dumps)
    set({ sheet: 'dumps' })
    return
  }
  const [only] = taken.files
  if (taken.files.length === 1 && only !== undefined && /^kind: Story$/m.test(only.text)) {
    const viewed = await look({ kind: 'read-story', text: only.text })
    const story = viewed?.kind === 'story' ? viewed.story : undefined
    if (story !== undefined) {
      const { files, probe, seed, forced } = story.question
      openPlace({ slug: '', files, probe, seed, forced: forced ?? {}, file: files[0]?.name ?? '' }, 'story')
      return
    }
  }
  openFiles(taken.files)
}
