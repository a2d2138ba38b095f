import { Drawing } from './Drawing.tsx'
import type { RowBox } from './shapes.ts'
import type { ChainWords } from './words.ts'
import type { Line, Piece } from './wrap.ts'

interface Props {
  readonly box: RowBox
  readonly words: ChainWords
  readonly picked: boolean
  readonly onPick: (box: RowBox) => void
  /** Pieces break by themselves where the layout did not break them. */
  readonly flowing: boolean
}

const Pieces = ({ line }: { readonly line: readonly Piece[] }) => (
  <>
    {line.map((piece, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no name but their place
      <span key={i} data-tone={piece.tone}>
        {piece.text}
      </span>
    ))}
  </>
)

const Text = ({ lines, flowing }: { readonly lines: readonly Line[]; readonly flowing: boolean }) =>
  flowing ? (
    <code className="rule">
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name but their place
        <span key={i}>
          <Pieces line={line} />{' '}
        </span>
      ))}
    </code>
  ) : (
    <code className="rule">
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name but their place
        <span key={i} className="line">
          <Pieces line={line} />{' '}
        </span>
      ))}
    </code>
  )

/** One row of a column: a rule, a fold, or the end. Pressing it goes to its event, opens it, or shows it in the inspector. */
export function Row({ box, words, picked, onPick, flowing }: Props) {
  const { row, tone, lines, leads, notes, counted, beside, when, fold, art, badge } = box
  const state = row.kind === 'rule' ? words.row[row.state] : ''
  const opens = row.kind === 'fold'
  const told = (
    <>
      {state !== '' && <span className="unseen">{when === 'later' ? words.later : state}: </span>}
      {art !== undefined && <Drawing art={art} />}
      {badge !== undefined && <b className="badge">{badge}</b>}
      {lines.length > 0 && <Text lines={lines} flowing={flowing} />}
      {leads.map((lead, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name but their place
        <span key={i} className="note lead">
          {lead}{' '}
        </span>
      ))}
      {notes.map((note, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name but their place
        <span key={i} className="note">
          {note}{' '}
        </span>
      ))}
      {counted !== '' && (
        <span className="counted" data-beside={beside}>
          {counted}
        </span>
      )}
    </>
  )
  // What only explains leads nowhere.
  if (row.kind === 'key' || row.kind === 'head' || row.kind === 'said') {
    return (
      <div
        className="chain-row"
        data-row={tone}
        data-badge={badge !== undefined}
        data-when={when}
        aria-current={when === 'now' ? 'step' : undefined}
      >
        {told}
      </div>
    )
  }
  return (
    <button
      type="button"
      className="chain-row"
      data-row={tone}
      data-when={when}
      data-picked={picked}
      data-fold={fold}
      aria-current={when === 'now' ? 'step' : undefined}
      aria-expanded={opens && fold !== 'more' ? fold === 'open' : undefined}
      aria-pressed={
        (row.kind === 'rule' && (row.state === 'no' || row.state === 'unread')) || (row.kind === 'element' && row.state === 'no')
          ? picked
          : undefined
      }
      onClick={() => onPick(box)}
    >
      {told}
    </button>
  )
}
