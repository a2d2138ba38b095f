import { useStore } from '../store.ts'
import type { Lang } from '../ui/lang.ts'
import { fill, type Params } from '../ui/words/t.ts'

/** Words by key, in English and in 简体中文. A part of the page that comes later brings a book of its own. */
export type Book = Readonly<Record<string, readonly [en: string, zh: string]>>
export type Say<B extends Book> = (key: keyof B, params?: Params) => string

export const sayIn =
  <B extends Book>(book: B, lang: Lang): Say<B> =>
  (key, params = {}) =>
    fill(book[key]?.[lang === 'zh' ? 1 : 0] ?? '', params)

/** The words of a book in the visitor's language. */
export function useBook<B extends Book>(book: B): Say<B> {
  return sayIn(
    book,
    useStore((s) => s.lang),
  )
}
