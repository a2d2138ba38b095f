import type { Lang } from './lang.ts'

/** One sentence in every language. `{name}` stands for a parameter. */
export interface Sentence {
  readonly en: string
  readonly zh: string
}

/** The sentence with its parameters. A parameter that is missing stays visible as `{name}`. */
export function say(sentence: Sentence, params: Readonly<Record<string, string | number>>, lang: Lang): string {
  const text = lang === 'en' ? sentence.en : sentence.zh
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => (Object.hasOwn(params, name) ? String(params[name]) : hole))
}
