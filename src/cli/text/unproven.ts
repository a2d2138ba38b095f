import type { Lang } from '../../words/lang.ts'
import { say } from '../words/words.ts'

/** CNIs whose part of the model was read from their source, by the first word of their name; nobody has compared it with a kernel. */
const titles: Readonly<Record<string, string>> = { cilium: 'Cilium', weave: 'Weave' }

/** The line that says so below an outcome; empty where a kernel has walked the network. */
export function unprovenLine(cni: string, lang: Lang): string {
  const title = titles[cni.split('-')[0] ?? '']
  return title === undefined ? '' : `${say(lang, 'unproven', { cni: title })}\n`
}
