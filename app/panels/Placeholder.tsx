import type { Answer } from '../../src/answer.ts'
import type { Playhead } from '../timeline/beats.ts'
import type { Lang } from '../ui/lang.ts'

interface Props {
  readonly answer: Answer
  readonly lang: Lang
  readonly playhead: Playhead
  readonly onPick?: (to: Playhead) => void
  readonly onSeek?: (to: Playhead) => void
}
export const Stage = ({ playhead }: Props) => <p>{playhead.beat}</p>
export const Timeline = Stage
