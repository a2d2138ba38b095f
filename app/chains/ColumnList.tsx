import type { Tone } from '../timeline/beats.ts'
import { Row } from './Row.tsx'
import type { ColumnBox, Picture, RowBox } from './shapes.ts'
import type { ChainWords } from './words.ts'

interface Props {
  readonly picture: Picture
  readonly tone: Tone
  readonly words: ChainWords
  readonly picked: string | undefined
  readonly onPick: (column: ColumnBox, row: RowBox) => void
}

/** The same columns under each other, for narrow screens. */
export function ColumnList({ picture, tone, words, picked, onPick }: Props) {
  const all = picture.columns.length
  return (
    <ol className="chain-list" data-tone={tone}>
      {picture.columns
        .filter((box) => !box.later)
        .map((box) => (
          <li key={`${box.key} ${box.title}`} aria-label={words.column(box.index + 1, all, box.title)}>
            <h4>{box.title}</h4>
            <p className="sub">{box.subFull}</p>
            <ol>
              {box.rows
                .filter((row) => row.when !== 'later')
                .map((row) => (
                  <li key={row.key}>
                    <Row box={row} words={words} picked={picked === `${box.key} ${row.key}`} onPick={(r) => onPick(box, r)} flowing />
                  </li>
                ))}
            </ol>
          </li>
        ))}
    </ol>
  )
}
