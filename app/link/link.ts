import type { SourceFile } from '../../src/manifest/object.ts'
import type { Near } from '../scene/zoom/near.ts'
import type { Lang } from '../ui/lang.ts'
import { packer } from './late.ts'

/** What a link says. Everything but the lab may be left out; `files` only when the lab's text was edited. */
export interface Linked {
  readonly slug: string
  readonly files?: readonly SourceFile[]
  readonly from?: string
  readonly to?: string
  /** Asked by the matrix: does it connect at all? */
  readonly open?: true
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

/** The part of the address after `#`, without it. A lab's own text is only written once `loadPacker` has come. */
export function writeLink(linked: Linked): string {
  const parts: (readonly [string, string])[] = [
    ['v', '1'],
    ['lab', linked.slug],
  ]
  if (linked.from !== undefined) parts.push(['from', linked.from])
  if (linked.to !== undefined) parts.push(['to', linked.to])
  if (linked.open) parts.push(['open', '1'])
  if (linked.seed !== undefined && linked.seed !== 1) parts.push(['seed', `${linked.seed}`])
  if (linked.forced !== undefined) parts.push(['force', JSON.stringify(linked.forced)])
  if (linked.step !== undefined) parts.push(['step', `${linked.step}`])
  if (linked.near !== undefined) parts.push(['near', `${linked.near.level}:${linked.near.netns}`])
  if (linked.lang !== undefined) parts.push(['lang', linked.lang])
  const packed = linked.files && packer()?.packFiles(linked.files)
  if (packed !== undefined) parts.push(['z', packed])
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

/** @throws as `unpackFiles` does, and when its part has not come */
function unpacked(text: string): readonly SourceFile[] {
  const part = packer()
  if (part === undefined) throw new Error('no packer')
  return part.unpackFiles(text)
}

const whole = (text: string | null): number | undefined => (text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined)

/** `node:node-1`, `pair:default/client`, `bgp:`; what the walk does not have is left out when it is drawn. */
function readNear(text: string | null): { readonly near?: Near } {
  const [, level, netns = ''] = /^(node|pair|bgp):(.{0,600})$/.exec(text ?? '') ?? []
  return level === 'node' || level === 'pair' || level === 'bgp' ? { near: { level, netns } } : {}
}

/** Does this link hold a lab's own text, which is read with `packer`? */
export const holdsText = (link: string): boolean => /[#&/]z=/.test(link)

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
        ...(packed === null ? {} : { files: unpacked(packed) }),
        ...(from === null ? {} : { from }),
        ...(to === null ? {} : { to }),
        ...(asked.has('open') ? { open: true } : {}),
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
