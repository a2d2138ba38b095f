/** Languages in which every sentence exists. */
export type Lang = 'en' | 'zh-CN'
export const langs: readonly Lang[] = ['en', 'zh-CN']

/** A list as it stands inside a sentence: `a, b`, in Chinese `a、b`. A text is a list that a room of the engine has joined with `, `. */
export const listed = (items: readonly string[] | string, lang: string): string => {
  const text = typeof items === 'string' ? items : items.join(', ')
  return lang.startsWith('zh') ? text.replaceAll(', ', '、') : text
}
