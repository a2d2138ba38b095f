import type { Problem } from '../../trace/problem.ts'
import type { Lang } from '../../words/lang.ts'
import { en } from './en.ts'
import { zh } from './zh.ts'

export type Params = Problem['params']
/** A sentence about the command line: without a full stop, as compilers and shells write. */
export type Sentence = (p: Params) => string
export type Word = keyof typeof en

const books: Readonly<Record<Lang, Readonly<Record<Word, Sentence>>>> = { en, 'zh-CN': zh }

export const isWord = (code: string): code is Word => Object.hasOwn(en, code)
export const say = (lang: Lang, word: Word, params: Params = {}): string => books[lang][word](params)
