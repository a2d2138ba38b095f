import type { CniView, ShownStep } from '../../src/engine/cniwalk/shape.ts'
import { sayCniStep, sayNoWalk as sayNoWalkIn } from '../../src/words/cni.ts'
import type { Said } from '../../src/words/said.ts'
import type { Lang } from '../ui/lang.ts'

const tongue = (lang: Lang): 'en' | 'zh-CN' => (lang === 'zh' ? 'zh-CN' : 'en')

/** A step of ADD or DEL in the visitor's language. */
export const sayStep = ({ code, params }: ShownStep, lang: Lang): Said => sayCniStep(code, params, tongue(lang))
export const sayNoWalk = (why: NonNullable<CniView['none']>, pod: string, lang: Lang): string => sayNoWalkIn(why, pod, tongue(lang))
