import type { Fact } from '../../src/engine/facts.ts'
import type { Fix } from '../../src/manifest/fix.ts'
import { sayFact as sayFactIn } from '../../src/words/facts.ts'
import { sayField as sayFieldIn } from '../../src/words/fields.ts'
import { sayFix as sayFixIn } from '../../src/words/fixes.ts'
import type { Lang as EngineLang } from '../../src/words/lang.ts'
import type { Lang } from '../ui/lang.ts'

// What the editor says of fields: comes with the editor, not with the page.

const tongue = (lang: Lang): EngineLang => (lang === 'zh' ? 'zh-CN' : 'en')

export const sayField = (name: string, lang: Lang): string | undefined => sayFieldIn(name, tongue(lang))
export const sayFact = ({ code, params }: Fact, lang: Lang): string => sayFactIn(code, params, tongue(lang))
export const sayFix = ({ code, params }: Pick<Fix, 'code' | 'params'>, lang: Lang): string => sayFixIn(code, params, tongue(lang))
