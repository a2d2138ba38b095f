import { seek } from '../play/play.ts'
import type { Tone } from '../timeline/beats.ts'
import { PlacesItem } from './bpf/Places.tsx'
import { Row } from './Row.tsx'
import type { ColumnBox, OriginBox, Picture, RowBox, SourceBox } from './shapes.ts'
import type { ChainWords } from './words.ts'

interface Props {
  readonly picture: Picture
  readonly tone: Tone
  readonly words: ChainWords
  readonly picked: string | undefined
  readonly onPick: (column: ColumnBox, row: RowBox) => void
}

function Origin({ box }: { readonly box: OriginBox }) {
  return (
    <li className="origin" aria-label={box.title.join(' ')}>
      <h3 className="words">{box.title.join(' ')}</h3>
      <p className="sub">{box.sub}</p>
      <ol>
        {box.stops.map((stop) => (
          <li key={stop.seq}>
            <button type="button" onClick={() => seek(stop.seq)}>
              {stop.chain}
            </button>
          </li>
        ))}
      </ol>
      <button type="button" className="mark" onClick={() => seek(box.seq)}>
        {box.mark}
      </button>
    </li>
  )
}

function Source({ box }: { readonly box: SourceBox }) {
  return (
    <li className="source" aria-label={box.title.join(' ')}>
      <h3 className="words">{box.title.join(' ')}</h3>
      <p className="sub">{box.sub}</p>
      <dl>
        {box.fields.map((field) => (
          <div key={field.name}>
            <dt>{field.name}</dt>
            <dd data-rewrites={field.rewrites}>{field.lines.join('')}</dd>
          </div>
        ))}
      </dl>
      <p className="remark">{box.remark.join(' ')}</p>
    </li>
  )
}

/** The same columns under each other, for narrow screens. */
export function ColumnList({ picture, tone, words, picked, onPick }: Props) {
  const all = picture.columns.length
  return (
    <ol className="chain-list" data-tone={tone}>
      {picture.origin !== undefined && <Origin box={picture.origin} />}
      {picture.places !== undefined && <PlacesItem box={picture.places} />}
      {picture.columns
        .filter((box) => !box.later)
        .map((box) => (
          <li key={`${box.key} ${box.title}`} data-look={box.look} aria-label={words.column(box.index + 1, all, box.title)}>
            <h3>{box.title}</h3>
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
      {picture.source !== undefined && !picture.source.later && <Source box={picture.source} />}
    </ol>
  )
}
