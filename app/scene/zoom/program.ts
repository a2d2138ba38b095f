import type { Answer } from '../../../src/answer.ts'
import { seek } from '../../play/play.ts'
import { state } from '../../store.ts'

/** Goes to the next run of a program at a device, `NETNS DEVICE`; behind the last to the first. A walk that has none stays where it is. */
export function seekProgram(answer: Answer, place: string): void {
  const runs = (answer.walk?.journeys ?? [])
    .flatMap((j) => j.events.filter((e) => e.kind === 'bpf' && `${e.at.netns} ${e.at.device ?? ''}` === place))
    .map((e) => e.seq)
    .sort((a, b) => a - b)
  const next = runs.find((seq) => seq > state().playhead) ?? runs[0]
  if (next !== undefined) seek(next)
}
