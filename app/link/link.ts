import { deflateSync, Inflate, strFromU8, strToU8 } from 'fflate'
import type { SourceFile } from '../../src/manifest/object.ts'
import type { Near } from '../scene/zoom/near.ts'
import type { Lang } from '../ui/lang.ts'

/** What a link says. Everything but the lab may be left out; `files` only when the lab's text was edited. */
export interface Linked {
  readonly slug: string
  readonly files?: readonly SourceFile[]
  readonly from?: string
  readonly to?: string
  readonly seed?: number
  /** Dice laid by hand, by their keys. */
  readonly forced?: Readonly<Record<string, number>>
  /** `seq` of the event on which the playhead stands. */
  readonly step?: number
  /** How near the stage is looked at. */
  readonly near?: Near
  readonly lang?: Lang
}

export type LinkTrouble = 'damaged' | 'newer' | 'unknown-lab' | 'too-big'
export type ReadLink = { readonly linked: Linked } | { readonly trouble: LinkTrouble; readonly lang?: Lang } | undefined

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

/** The part of the address after `#`, without it. */
export function writeLink(linked: Linked): string {
  const parts: (readonly [string, string])[] = [
    ['v', '1'],
    ['lab', linked.slug],
  ]
  if (linked.from !== undefined) parts.push(['from', linked.from])
  if (linked.to !== undefined) parts.push(['to', linked.to])
  if (linked.seed !== undefined && linked.seed !== 1) parts.push(['seed', `${linked.seed}`])
  if (linked.forced !== undefined) parts.push(['force', JSON.stringify(linked.forced)])
  if (linked.step !== undefined) parts.push(['step', `${linked.step}`])
  if (linked.near !== undefined) parts.push(['near', `${linked.near.level}:${linked.near.netns}`])
  if (linked.lang !== undefined) parts.push(['lang', linked.lang])
  if (linked.files !== undefined) parts.push(['z', packFiles(linked.files)])
  // Slashes and colons are allowed in a fragment: http://web/ stays readable.
  const readable = (value: string): string => encodeURIComponent(value).replaceAll('%2F', '/').replaceAll('%3A', ':')
  return parts.map(([key, value]) => `${key}=${readable(value)}`).join('&')
}

/** @throws when the text is no list of dice */
function readForced(text: string): Readonly<Record<string, number>> {
  const found: unknown = JSON.parse(text)
  if (typeof found !== 'object' || found === null || Array.isArray(found)) throw new Error('no dice')
  return Object.fromEntries(
    Object.entries(found).map(([key, branch]: [string, unknown]) => {
      if (typeof branch !== 'number' || !Number.isInteger(branch) || branch < 0) throw new Error('no die')
      return [key, branch]
    }),
  )
}

const whole = (text: string | null): number | undefined => (text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined)

/** `node:node-1`, `pair:default/client`, `bgp:`; what the walk does not have is left out when it is drawn. */
function readNear(text: string | null): { readonly near?: Near } {
  const [, level, netns = ''] = /^(node|pair|bgp):(.{0,600})$/.exec(text ?? '') ?? []
  return level === 'node' || level === 'pair' || level === 'bgp' ? { near: { level, netns } } : {}
}

/** Reads what stands after `#`; undefined when nothing does. `known` says whether the gallery has a lab. */
export function readLink(hash: string, known: (slug: string) => boolean): ReadLink {
  const text = hash.replace(/^#\/?/, '')
  if (text === '') return undefined
  let asked: URLSearchParams
  try {
    decodeURIComponent(text)
    asked = new URLSearchParams(text.replaceAll('+', '%2B'))
  } catch {
    return { trouble: 'damaged' }
  }
  const word = asked.get('lang')
  const told: { readonly lang?: Lang } = word === 'zh' || word === 'en' ? { lang: word } : {}
  const version = whole(asked.get('v'))
  if (version === undefined) return { trouble: 'damaged', ...told }
  if (version !== 1) return { trouble: 'newer', ...told }
  const slug = asked.get('lab') ?? ''
  const packed = asked.get('z')
  if (packed === null && !known(slug)) return { trouble: 'unknown-lab', ...told }
  for (const key of ['seed', 'step']) {
    if (asked.has(key) && whole(asked.get(key)) === undefined) return { trouble: 'damaged', ...told }
  }
  try {
    const forced = asked.get('force')
    const [from, to, seed, step] = [asked.get('from'), asked.get('to'), whole(asked.get('seed')), whole(asked.get('step'))]
    return {
      linked: {
        slug: known(slug) ? slug : '',
        ...(packed === null ? {} : { files: unpackFiles(packed) }),
        ...(from === null ? {} : { from }),
        ...(to === null ? {} : { to }),
        ...(seed === undefined ? {} : { seed }),
        ...(forced === null ? {} : { forced: readForced(forced) }),
        ...readNear(asked.get('near')),
        ...(step === undefined ? {} : { step }),
        ...told,
      },
    }
  } catch (error) {
    return { trouble: error instanceof Error && error.message === 'too-big' ? 'too-big' : 'damaged', ...told }
  }
}
