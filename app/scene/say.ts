import type { Answer } from '../../src/answer.ts'
import type { Beat } from '../timeline/beats.ts'
import { hookName, type Lang, wordsOf } from './words.ts'

/** Last part of a netns' name, as titles have it. */
export const titleOf = (answer: Answer, place: string): string => answer.stage?.netns.find((n) => n.name === place)?.title ?? place

/** The short name of a stop inside its place: `PREROUTING`, `cni0`, `flannel.1`. */
export function nameOfStop(answer: Answer, b: Beat, lang: Lang): string {
  const words = wordsOf(lang)
  switch (b.kind) {
    case 'process':
      return words.process
    case 'route':
      return words.route
    case 'wire':
      return words.underlay
    case 'hook':
      return `${hookName(b.hook ?? 'forward')}${b.outer ? ` · ${words.outerPass}` : ''}`
    case 'bridge':
      return `${answer.stage?.netns.find((n) => n.name === b.place)?.devices.find((v) => v.kind === 'bridge')?.dev ?? 'bridge'} ${b.hook ?? ''}`.trim()
    case 'device':
    case 'tunnel':
      return b.device ?? ''
  }
}

/** One stop in words, for accessible names: `node-1, PREROUTING, DNAT 10.96.0.1:80 → 10.244.1.2:8080`. */
export function sayBeat(answer: Answer, b: Beat, lang: Lang): string {
  const words = wordsOf(lang)
  const parts = [b.kind === 'wire' ? words.underlay : titleOf(answer, b.place)]
  if (b.kind !== 'wire') parts.push(nameOfStop(answer, b, lang))
  for (const e of answer.walk?.journeys[b.journey]?.events.slice(b.from, b.to) ?? [])
    if (e.kind === 'nat') parts.push(`${e.manip === 'dst' ? 'DNAT' : 'SNAT'} ${e.from} → ${e.to}`)
  if (b.marks.includes('encap')) parts.push(words.encapsulated)
  if (b.marks.includes('decap')) parts.push(words.decapsulated)
  if (b.marks.includes('drop')) parts.push(words.dropped)
  if (b.marks.includes('reject')) parts.push(words.rejected)
  return parts.join(lang === 'zh' ? '，' : ', ')
}
