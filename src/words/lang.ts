/** Languages in which every sentence exists. */
export type Lang = 'en' | 'zh-CN'
export const langs: readonly Lang[] = ['en', 'zh-CN']
