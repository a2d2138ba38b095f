import type { Lang } from './lang.ts'

/** A step in words: what happened, in a few; what it means, in a sentence or two. */
export interface Said {
  readonly title: string
  readonly text: string
}

/** The same in every language. */
export interface InBoth {
  readonly en: readonly [title: string, text: string]
  readonly zh: readonly [title: string, text: string]
}

export function said(both: InBoth, lang: Lang): Said {
  const [title, text] = lang === 'en' ? both.en : both.zh
  return { title, text }
}
