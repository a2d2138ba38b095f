import type { Answer } from '../../../src/answer.ts'
import type { Lang } from '../lang.ts'

export interface Unproven {
  /** A few words, for a narrow place. */
  readonly short: string
  readonly whole: string
}

const said: Readonly<Record<Lang, (cni: string) => Unproven>> = {
  en: (cni) => ({
    short: `${cni}: read from source, never run`,
    whole: `What ${cni} does here was read from ${cni}’s source and never run against a kernel. A real node may do otherwise.`,
  }),
  zh: (cni) => ({
    short: `${cni}：照源码写成，从未运行`,
    whole: `这里 ${cni} 的行为是照 ${cni} 的源码写成的，从未在内核上运行过，真实节点可能不同。`,
  }),
}

/** What has to be said of a walk in this plugin's network; undefined: nothing, a kernel has walked it. */
export function unprovenOf(answer: Answer | undefined, lang: Lang): Unproven | undefined {
  const title = answer?.modes?.cni.unproven
  return title === undefined ? undefined : said[lang](title)
}
