import { useStore } from '../../../store.ts'
import type { Lang } from '../../lang.ts'
import { fill, type Params } from '../../words/t.ts'
import { en } from './en.ts'
import { zh } from './zh.ts'

export type FarKey = keyof typeof en
export type FarT = (key: FarKey, params?: Params) => string

const books: Readonly<Record<Lang, Readonly<Record<FarKey, string>>>> = { en, zh }

export const farT =
  (lang: Lang): FarT =>
  (key, params) =>
    fill(books[lang][key], params)

/** The dialogs' words in the visitor's language. */
export const useFarT = (): FarT => farT(useStore((s) => s.lang))
