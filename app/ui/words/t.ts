import { visible } from '../../engine/visible.ts'
import { useStore } from '../../store.ts'
import type { Lang } from '../lang.ts'
import { en } from './en.ts'
import { zh } from './zh.ts'

export type Key = keyof typeof en
export type Params = Readonly<Record<string, string | number>>
export type T = (key: Key, params?: Params) => string

const books: Readonly<Record<Lang, Readonly<Record<Key, string>>>> = { en, zh }

/** `{n}` is a parameter; `{n|step|steps}` chooses by its number: the first for 1, else the second. */
export const fill = (text: string, params: Params = {}): string =>
  text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_all, name: string, one?: string, many?: string) => {
    const value = params[name]
    if (one === undefined) return visible(`${value ?? ''}`)
    return value === 1 ? one : (many ?? '')
  })

export const t = (lang: Lang, key: Key, params: Params = {}): string => fill(books[lang][key], params)

/** The page's words in the visitor's language. */
export function useT(): T {
  const lang = useStore((s) => s.lang)
  return (key, params) => t(lang, key, params)
}
