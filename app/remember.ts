import type { SourceFile } from '../src/manifest/object.ts'
import { edited } from './asking.ts'
import { defaultSlug, labFiles } from './learn/labs/list.ts'
import { type Linked, readLink, writeLink } from './link/link.ts'
import { type State, set, state, type Theme, useStore } from './store.ts'
import type { Lang } from './ui/lang.ts'

const KEY = 'packetwalk.lab'
const LANG = 'packetwalk.lang'
const THEME = 'packetwalk.theme'
/** A link longer than this is no link any more: the text then stays in the browser alone. Characters. */
const LONGEST = 30_000

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
  const own = edited(s.slug, s.files)
  return {
    slug: s.slug,
    ...(own ? { files: s.files } : {}),
    ...(s.probe ?? {}),
    seed: s.seed,
    ...(Object.keys(s.forced).length === 0 ? {} : { forced: s.forced }),
    ...(s.good === undefined ? {} : { step: s.playhead }),
    lang: s.lang,
  }
}

/** The address of what is on screen now. */
export const linkTo = (s: State): string => `${location.href.replace(/#.*/, '')}#${writeLink(linkedOf(s))}`

function readKept(): Linked | undefined {
  const text = kept(KEY)
  if (text === undefined) return undefined
  try {
    const found = readLink(text, (slug) => labFiles(slug) !== undefined)
    return found !== undefined && 'linked' in found ? found.linked : undefined
  } catch {
    return undefined
  }
}

const pick = <T extends string>(value: string | null | undefined, ...known: readonly T[]): T | undefined => known.find((k) => k === value)

/** The language and theme: the address wins, then what was chosen here, then the reader's system. */
function lookFirst(linked: Lang | undefined): { readonly lang: Lang; readonly theme: Theme } {
  const asked = new URLSearchParams(location.search)
  const system: Lang = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
  return {
    lang: pick<Lang>(asked.get('lang'), 'en', 'zh') ?? linked ?? pick<Lang>(kept(LANG), 'en', 'zh') ?? system,
    theme:
      pick<Theme>(asked.get('theme'), 'light', 'dark') ??
      pick<Theme>(kept(THEME), 'light', 'dark') ??
      (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'),
  }
}

/** Sets the first state from the address, else from the last visit, else the default lab. True: play from the start. */
export function firstState(): 'stay' | 'play' {
  const found = readLink(location.hash, (slug) => labFiles(slug) !== undefined)
  const trouble = found !== undefined && 'trouble' in found ? found : undefined
  const linked = found !== undefined && 'linked' in found ? found.linked : undefined
  const last = found === undefined ? readKept() : undefined
  const place: Linked = linked ?? last ?? { slug: defaultSlug }
  const files: readonly SourceFile[] = place.files ?? labFiles(place.slug) ?? []
  set({
    ...lookFirst(linked?.lang ?? trouble?.lang),
    slug: place.slug,
    files,
    file: files[0]?.name ?? '',
    probe: place.from !== undefined && place.to !== undefined ? { from: place.from, to: place.to } : undefined,
    seed: place.seed ?? 1,
    forced: place.forced ?? {},
    playhead: place.step ?? 0,
    notice: trouble === undefined ? undefined : { kind: 'link', trouble: trouble.trouble },
  })
  return linked?.step === undefined ? 'play' : 'stay'
}

/** Keeps the address and the browser's own store true to the state. Writes rest 200 ms: browsers count address changes. */
export function rememberState(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const write = (): void => {
    timer = undefined
    const s = state()
    const link = writeLink(linkedOf(s))
    const short = link.length > LONGEST
    // A text too long for a link: the address says nothing, so that a reload finds the text in the browser.
    history.replaceState(null, '', short ? location.pathname + location.search : `#${link}`)
    const own = edited(s.slug, s.files)
    if (!keep(KEY, link) && own && s.notice === undefined) set({ notice: { kind: 'storage' } })
    keep(LANG, s.lang)
    keep(THEME, s.theme)
  }
  useStore.subscribe((now, before) => {
    if (now.good === undefined && now.answer === undefined) return
    const same =
      now.files === before.files &&
      now.probe === before.probe &&
      now.seed === before.seed &&
      now.forced === before.forced &&
      now.playhead === before.playhead &&
      now.lang === before.lang &&
      now.theme === before.theme &&
      now.answer === before.answer
    if (same || timer !== undefined) return
    timer = setTimeout(write, 200)
  })
  addEventListener('pagehide', () => {
    if (timer !== undefined) write()
  })
}

/** A link pasted into the address bar of an open page. */
export function onNewAddress(open: (then: 'stay' | 'play') => void): void {
  addEventListener('hashchange', () => {
    set({ good: undefined, answer: undefined, playing: false })
    open(firstState())
  })
}
