import { deflateSync, Inflate, strFromU8, strToU8 } from 'fflate'
import type { SourceFile } from '../../src/manifest/object.ts'

/** Unpacked text beyond this is refused: the same limit as for pasted YAML, in bytes. */
const LIMIT = 5_000_000

export function packFiles(files: readonly SourceFile[]): string {
  const json = JSON.stringify(files.map(({ name, text }) => [name, text]))
  let binary = ''
  for (const byte of deflateSync(strToU8(json), { level: 9 })) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** @throws when the text is no packed list of files; `too-big` when it grows beyond the limit */
export function unpackFiles(packed: string): readonly SourceFile[] {
  const binary = atob(packed.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0))
  const chunks: Uint8Array[] = []
  let size = 0
  let ended = false
  const inflate = new Inflate((chunk, final) => {
    size += chunk.length
    ended = final
    chunks.push(chunk)
  })
  // In small pieces, so that a few bytes that unfold to gigabytes are noticed in time.
  for (let at = 0; at < bytes.length; at += 512) {
    inflate.push(bytes.subarray(at, at + 512), at + 512 >= bytes.length)
    if (size > LIMIT) throw new Error('too-big')
  }
  if (!ended) throw new Error('cut short')
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  const list: unknown = JSON.parse(strFromU8(whole))
  if (!Array.isArray(list) || list.length === 0) throw new Error('no files')
  return list.map((entry: unknown) => {
    const [name, text]: unknown[] = Array.isArray(entry) ? entry : []
    if (typeof name !== 'string' || typeof text !== 'string' || !/^[\w.-]{1,80}$/.test(name)) throw new Error('no file')
    return { name, text }
  })
}
