import type { Lang } from '../../words/lang.ts'
import { say } from '../words/words.ts'

/** The line below an outcome that says whose part of the model nobody has compared with a kernel; empty where there is none. */
export const unprovenLine = (cni: string | undefined, lang: Lang): string =>
  cni === undefined ? '' : `${say(lang, 'unproven', { cni })}\n`
