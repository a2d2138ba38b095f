import { startOf } from '../learn/start.ts'
import { useStore } from '../store.ts'
import { type DiffLine, type Hunk, hunksOf, putBack } from './diff.ts'
import { replaceText } from './hand.ts'
import { useEditorWords } from './words.ts'

const signs = { same: ' ', added: '+', removed: '−' } as const

function Line({ line }: { readonly line: DiffLine }) {
  const say = useEditorWords()
  return (
    <tr data-kind={line.kind}>
      <td className="no">{line.before}</td>
      <td className="no">{line.after}</td>
      <td className="sign">
        {line.kind === 'same' ? '' : <span aria-hidden="true">{signs[line.kind]}</span>}
        {line.kind !== 'same' && <span className="hidden">{say(line.kind)}</span>}
      </td>
      <td>
        <code>{line.text === '' ? ' ' : line.text}</code>
      </td>
    </tr>
  )
}

function Change({ hunk, file, text }: { readonly hunk: Hunk; readonly file: string; readonly text: string }) {
  const say = useEditorWords()
  return (
    <div className="hunk">
      <table>
        <tbody>
          {hunk.lines.map((line) => (
            <Line key={`${line.before} ${line.after}`} line={line} />
          ))}
        </tbody>
      </table>
      <button type="button" onClick={() => replaceText(file, putBack(text, hunk))}>
        {say('putBack')}
      </button>
    </div>
  )
}

/** What was changed since the lab was opened, file by file; each change can be put back. */
export default function Diff() {
  const say = useEditorWords()
  const files = useStore((s) => s.files)
  const slug = useStore((s) => s.slug)
  const before = startOf(slug)?.files ?? []
  const names = [...new Set([...files, ...before].map((f) => f.name))]
  const parts = names.flatMap((name) => {
    const [old, now] = [before.find((f) => f.name === name), files.find((f) => f.name === name)]
    if (old?.text === now?.text) return []
    return [
      {
        name,
        note: old === undefined ? say('newFile') : now === undefined ? say('goneFile') : '',
        text: now?.text ?? '',
        hunks: hunksOf(old?.text ?? '', now?.text ?? ''),
      },
    ]
  })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard
    <section className="diff" aria-label={say('changesTitle')} tabIndex={0}>
      {parts.length === 0 && <p>{say('noChanges')}</p>}
      {parts.map(({ name, note, text, hunks }) => (
        <div key={name}>
          <h2>
            {name} {note !== '' && <small>{note}</small>}
          </h2>
          {hunks.map((hunk) => (
            <Change key={`${hunk.lines[0]?.before} ${hunk.lines[0]?.after}`} hunk={hunk} file={name} text={text} />
          ))}
        </div>
      ))}
    </section>
  )
}
