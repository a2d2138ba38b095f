import { type Lang, listed } from './lang.ts'

/** One sentence in every language. `{name}` stands for a parameter. */
export interface Sentence {
  readonly en: string
  readonly zh: string
}

/** Control characters, and those that turn the direction of a line: they would act on the sentence around them, or on a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** A text from outside as it may stand in a sentence: what cannot be seen is named, `[U+202E]`. */
export const visible = (text: string): string =>
  text.replace(UNSEEN, (c) => `[U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)

/** Parameters that hold a list of names, joined with `, `. */
const LISTS: ReadonlySet<string> = new Set(
  'addresses list names nets nodes other otherFile others peers pods policies ports values vips words'.split(' '),
)

/** The sentence with its parameters. A parameter that is missing stays visible as `{name}`. */
export function say(sentence: Sentence, params: Readonly<Record<string, string | number>>, lang: Lang): string {
  const text = lang === 'en' ? sentence.en : sentence.zh
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => {
    if (!Object.hasOwn(params, name)) return hole
    const told = visible(String(params[name]))
    return LISTS.has(name) ? listed(told, lang) : told
  })
}
