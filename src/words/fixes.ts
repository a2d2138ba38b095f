import type { FixCode } from '../manifest/fix.ts'
import type { Lang } from './lang.ts'
import { type Sentence, say } from './sentence.ts'

/** What a quick fix does. */
const fixes: Readonly<Record<FixCode, Sentence>> = {
  'fix-write': { en: 'Write {text}', zh: '改为 {text}' },
  'fix-rename': { en: 'Call it {name}', zh: '改名为 {name}' },
  'fix-add': { en: 'Add {text}', zh: '加上 {text}' },
  'fix-remove': { en: 'Remove {key}', zh: '删除 {key}' },
  'fix-quote': { en: 'Put it in quotes: {text}', zh: '加引号：{text}' },
  'fix-unquote': { en: 'Take the quotes away: {text}', zh: '去掉引号：{text}' },
  'fix-convert': { en: 'Convert it to {want}', zh: '转换为 {want}' },
  'fix-spaces': { en: 'Turn tabs into spaces', zh: '把制表符换成空格' },
}

export const sayFix = (code: FixCode, params: Readonly<Record<string, string>>, lang: Lang): string => say(fixes[code], params, lang)
