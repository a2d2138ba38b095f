import type { SourceFile } from '../src/manifest/object.ts'
import { edited } from './asking.ts'
import { defaultSlug } from './learn/labs/first.ts'
import { keptOwn, onOwnElsewhere } from './learn/own.ts'
import { loadGallery, openBeside, startOf } from './learn/start.ts'
import { loadPacker, packer } from './link/late.ts'
import { holdsText, type Linked, readLink, writeLink } from './link/link.ts'
import { type State, set, state, type ThemeWish, useStore } from './store.ts'
import type { Lang } from './ui/lang.ts'

const KEY = 'packetwalk.lab'
const LANG = 'packetwalk.lang'
const THEME = 'packetwalk.theme'
const KEYS = 'packetwalk.keys'
/** An edited text longer than this is not put into the address: it stays in the browser alone. Characters. */
const LONGEST = 200_000

/** A text longer than this fits into no browser's store: nothing is tried. Characters. */
const LONGEST_KEPT = 4_500_000

/** Storage may be full or forbidden: then nothing is remembered and the page goes on. */
function keep(key: string, value: string | undefined): boolean {
  try {
    if (value === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
    return true
  } catch {
    return false
  }
}
function kept(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined
  } catch {
    return undefined
  }
}

const linkedOf = (s: State): Linked => {
  const own = s.slug.startsWith('~') || edited(s.slug, s.files)
  return {
    slug: s.slug,
    ...(own ? { files: s.files } : {}),
    ...(s.probe ?? {}),
    seed: s.seed,
    ...(Object.keys(s.forced).length === 0 ? {} : { forced: s.forced }),
    ...(s.good === undefined ? {} : { step: s.playhead }),
    ...(s.near?.slug === s.slug ? { near: s.near } : {}),
    lang: s.lang,
  }
}

/** The address of what is on screen now. */
export const linkTo = (s: State): string => `${location.href.replace(/#.*/, '')}#${writeLink(linkedOf(s))}`

const known = (slug: string): boolean => startOf(slug) !== undefined

/** A text that is too long for a link is kept as it is, behind this word. */
const LONG = 'long:'

function readKept(): Linked | undefined {
  const text = kept(KEY)
  if (text === undefined) return undefined
  try {
    const long = text.startsWith(LONG)
    const found = readLink(long ? text.slice(LONG.length, text.indexOf('\n')) : text, known)
    if (found === undefined || !('linked' in found)) return undefined
    if (!long) return found.linked
    const files = JSON.parse(text.slice(text.indexOf('\n') + 1)) as readonly SourceFile[]
    return { ...found.linked, files }
  } catch {
    return undefined
  }
}

const pick = <T extends string>(value: string | null | undefined, ...known: readonly T[]): T | undefined => known.find((k) => k === value)

const systemDark = matchMedia('(prefers-color-scheme: dark)')
const themeFor = (wish: ThemeWish): State['theme'] => (wish === 'system' ? (systemDark.matches ? 'dark' : 'light') : wish)

/** What the visitor wants, and what that is now. */
export const wishTheme = (wish: ThemeWish): void => set({ themeWish: wish, theme: themeFor(wish) })

/** The language and theme: the address wins, then what was chosen here, then the reader's system. */
function lookFirst(linked: Lang | undefined): Pick<State, 'lang' | 'theme' | 'themeWish'> {
  const asked = new URLSearchParams(location.search)
  const system: Lang = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
  const themes = ['system', 'light', 'dark'] as const
  const themeWish = pick<ThemeWish>(asked.get('theme'), ...themes) ?? pick<ThemeWish>(kept(THEME), ...themes) ?? 'system'
  return {
    lang: pick<Lang>(asked.get('lang'), 'en', 'zh') ?? linked ?? pick<Lang>(kept(LANG), 'en', 'zh') ?? system,
    theme: themeFor(themeWish),
    themeWish,
  }
}

/** What the address, or the last visit, needs before it can be read: labs that are not here yet, what unpacks a text. */
export function wantedFirst(): readonly Promise<void>[] {
  const link = location.hash.length > 1 ? location.hash : (kept(KEY) ?? '')
  return [
    ...(link !== '' && !link.includes(defaultSlug) ? [loadGallery()] : []),
    ...(holdsText(link) ? [loadPacker().catch(() => undefined)] : []),
  ]
}

/** Sets the first state from the address, else from the last visit, else the default lab. True: play from the start. */
export function firstState(): 'stay' | 'play' {
  set({ own: keptOwn(), singleKeys: kept(KEYS) !== 'off' })
  const found = readLink(location.hash, known)
  const trouble = found !== undefined && 'trouble' in found ? found : undefined
  const linked = found !== undefined && 'linked' in found ? found.linked : undefined
  const last = found === undefined ? readKept() : undefined
  const place: Linked = linked ?? last ?? { slug: defaultSlug }
  const start = startOf(place.slug)
  const files: readonly SourceFile[] = place.files ?? start?.files ?? []
  set({
    ...lookFirst(linked?.lang ?? trouble?.lang),
    slug: place.slug,
    files,
    file: files[0]?.name ?? '',
    probe:
      place.from !== undefined && place.to !== undefined
        ? { from: place.from, to: place.to, ...(place.open && { open: true }) }
        : start?.probe,
    seed: place.seed ?? 1,
    forced: place.forced ?? {},
    near: place.near && { ...place.near, slug: place.slug },
    playhead: place.step ?? 0,
    notice: trouble === undefined ? undefined : { kind: 'link', trouble: trouble.trouble },
  })
  if (linked?.step !== undefined) return 'stay'
  if (linked !== undefined) openBeside(linked.slug)
  return 'play'
}

const textLength = (files: readonly SourceFile[]): number => files.reduce((n, f) => n + f.text.length, 0)

/** Does the lab's text not fit into a link? */
export function tooLongForLink(s: State): boolean {
  const { files } = linkedOf(s)
  return files !== undefined && textLength(files) > LONGEST
}

/** The address and what is kept for the next visit: a short link, or a long text beside a link without it. */
function written(s: State): { readonly hash: string; readonly kept: string | undefined } {
  const linked = linkedOf(s)
  if (linked.files !== undefined && textLength(linked.files) > LONGEST_KEPT) return { hash: '', kept: undefined }
  if (linked.files !== undefined && (textLength(linked.files) > LONGEST || packer() === undefined)) {
    const { files, ...rest } = linked
    return { hash: '', kept: `${LONG}${writeLink(rest)}\n${JSON.stringify(files)}` }
  }
  const link = writeLink(linked)
  return { hash: `#${link}`, kept: link }
}

/** The address without `?lang=` and `?theme=` that the visitor has overruled since. */
function searchOf(s: State): string {
  const asked = new URLSearchParams(location.search)
  if (asked.has('lang') && asked.get('lang') !== s.lang) asked.delete('lang')
  if (asked.has('theme') && asked.get('theme') !== s.themeWish) asked.delete('theme')
  const text = [...asked].map(([key, value]) => (value === '' ? key : `${key}=${encodeURIComponent(value)}`)).join('&')
  return text === '' ? '' : `?${text}`
}

function write(s: State): void {
  const { hash, kept: text } = written(s)
  try {
    history.replaceState(null, '', `${location.pathname}${searchOf(s)}${hash}`)
  } catch {
    // Browsers refuse too many changes of the address in a short time; the next one comes.
  }
  const kept = text !== undefined && keep(KEY, text)
  if (!kept && edited(s.slug, s.files) && s.notice === undefined) set({ notice: { kind: 'storage' } })
  keep(LANG, s.lang)
  keep(KEYS, s.singleKeys ? undefined : 'off')
  keep(THEME, s.themeWish === 'system' ? undefined : s.themeWish)
}

/** ms between two changes of the address: Safari allows 100 in 30 s. */
const REST = 350
/** ms from a change to its address, after a rest: the frames that show the change go first. */
const SOON = 60

const worthKeeping = (now: State, before: State): boolean =>
  now.files !== before.files ||
  now.probe !== before.probe ||
  now.seed !== before.seed ||
  now.forced !== before.forced ||
  now.lang !== before.lang ||
  now.themeWish !== before.themeWish ||
  now.slug !== before.slug ||
  now.near !== before.near ||
  now.singleKeys !== before.singleKeys ||
  now.answer !== before.answer ||
  now.playing !== before.playing ||
  (now.playhead !== before.playhead && !now.playing)

let timer: ReturnType<typeof setTimeout> | undefined
let wrote = Number.NEGATIVE_INFINITY

/** Is the address still behind what is on screen? */
export const writing = (): boolean => timer !== undefined

/** Keeps the address and the browser's own store true to the state. */
export function rememberState(): void {
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    wrote = performance.now()
    write(state())
    // the address of an edited lab waits for what packs its text
    if (packer() === undefined && linkedOf(state()).files !== undefined) void loadPacker().then(flush, () => undefined)
  }
  useStore.subscribe((now, before) => {
    if (now.answer === undefined || timer !== undefined || !worthKeeping(now, before)) return
    timer = setTimeout(flush, Math.max(SOON, wrote + REST - performance.now()))
  })
  onOwnElsewhere((own) => set({ own }))
  systemDark.addEventListener('change', () => wishTheme(state().themeWish))
  addEventListener('pagehide', () => {
    if (timer !== undefined) flush()
  })
}

/** A link pasted into the address bar of an open page. */
export function onNewAddress(open: (then: 'stay' | 'play') => void): void {
  addEventListener('hashchange', () => {
    set({ good: undefined, answer: undefined, playing: false })
    void Promise.all(wantedFirst()).then(() => open(firstState()))
  })
}
