/** The two languages of the page. `zh` is 简体中文. */
export type Lang = 'en' | 'zh'
