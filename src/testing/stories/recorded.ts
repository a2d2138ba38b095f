import { readFileSync } from 'node:fs'
import type { Golden, GoldenRules } from '../../engine/replay/golden.ts'

/** A recorded walk as a story: what its packets come to, and why. */
export interface RecordedStory {
  /** What it shows, in the words of somebody who met it. */
  readonly name: string
  /** A file of captured/kernel. */
  readonly file: string
  /** Rules of iptables that are taken out of it; then it is no recording any more, and only a kernel can say whether it is true. */
  readonly without?: RegExp
  /** For each probe: what the caller gets, how its first packet ends and where, and the ends of others that came to no process. */
  readonly says: readonly (readonly string[])[]
}

const folder = 'src/testing/captured/kernel'

/** The scenario of a story, for the replay or for the kernel of this machine. */
export function goldenOf({ file, without }: Pick<RecordedStory, 'file' | 'without'>): Golden {
  const golden = JSON.parse(readFileSync(`${folder}/${file}.json`, 'utf8')) as Golden
  if (without === undefined) return golden
  const cut = (rules: GoldenRules): GoldenRules => ({
    ...rules,
    ...(rules.text ? { text: rules.text.filter((l) => !without.test(l)) } : {}),
  })
  return { ...golden, rules: Object.fromEntries(Object.entries(golden.rules).map(([n, r]) => [n, cut(r)])) }
}
