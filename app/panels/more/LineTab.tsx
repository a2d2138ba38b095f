import { useEffect, useState } from 'react'
import type { Answer, Viewed } from '../../../src/answer.ts'
import { look } from '../../engine/client.ts'
import { useStore } from '../../store.ts'
import { useT } from '../../ui/words/t.ts'
import { DEFAULTS } from '../origin.ts'
import { RuleText } from '../RuleCard.tsx'
import { useW } from '../words.ts'
import { useM } from './words.ts'

type Wrote = Extract<Viewed, { readonly kind: 'wrote' }>
type Item = Wrote['items'][number]

const kept = new WeakMap<Answer, Map<string, Wrote>>()

/** Asks until the machines are read; each answer is shown. One that is whole is kept. */
function useWrote(answer: Answer, file: string, line: number): Wrote | undefined {
  const key = `${file} ${line}`
  const [found, setFound] = useState<{ readonly answer: Answer; readonly key: string; readonly wrote: Wrote }>()
  useEffect(() => {
    const all = kept.get(answer) ?? new Map<string, Wrote>()
    kept.set(answer, all)
    let gone = false
    const ask = async (): Promise<void> => {
      for (;;) {
        const wrote = all.get(key) ?? (await look({ kind: 'wrote', file, line }))
        if (gone || wrote?.kind !== 'wrote') return
        setFound({ answer, key, wrote })
        if (wrote.reading !== 'on') {
          all.set(key, wrote)
          return
        }
      }
    }
    void ask()
    return () => {
      gone = true
    }
  }, [answer, key, file, line])
  return found?.answer === answer && found.key === key ? found.wrote : undefined
}

/** Items of one machine and one kind; rules again by their chain. */
interface Group {
  readonly kind: Item['kind']
  readonly what: string
  readonly items: Item[]
}

function groupsOf(items: readonly Item[]): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const item of items) {
    const group = groups.get(item.what) ?? { kind: item.kind, what: item.what, items: [] }
    groups.set(item.what, group)
    group.items.push(item)
  }
  return [...groups.values()]
}

function Machine({
  netns,
  items,
  counts,
  open,
}: {
  readonly netns: string
  readonly items: readonly Item[]
  readonly counts: Wrote['counts']
  readonly open: boolean
}) {
  const m = useM()
  return (
    <details className="card node-part" open={open}>
      <summary>
        {netns} <small>{counts.map((c) => `${c.n} ${m(`kind.${c.kind}`)}`).join(' · ')}</small>
      </summary>
      {groupsOf(items).map((group) => (
        <details key={group.what} className="wrote-group">
          <summary>
            <code>{group.kind === 'rule' ? group.what : m(`kind.${group.kind}`)}</code> <small>{group.items.length}</small>
          </summary>
          <ol className="tool-text">
            {group.items.map((item, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two rules may be equal
              <li key={i}>{item.kind === 'rule' ? <RuleText text={item.text} /> : item.text}</li>
            ))}
          </ol>
        </details>
      ))}
    </details>
  )
}

function Found({ wrote }: { readonly wrote: Wrote }) {
  const m = useM()
  const machines = [...new Set(wrote.counts.map((c) => c.netns))]
  const all = wrote.counts.reduce((n, c) => n + c.n, 0)
  return (
    <>
      {wrote.of.length > 0 && (
        <p className="stands">
          {m('line.stands')}{' '}
          {wrote.of.map((o) => (
            <span key={`${o.object} ${o.path}`} className="pair">
              <b>{o.object}</b> {o.path === '' ? m('line.whole') : <code>{o.path}</code>}{' '}
            </span>
          ))}
        </p>
      )}
      <p className="aside" role="status">
        {all > 0 ? m('line.counts', { n: all, m: machines.length }) : wrote.reading === 'on' ? '' : m('line.nothing')}
        {wrote.reading === 'on' && ` ${m('line.reading')}`}
        {wrote.reading === 'stopped' && ` ${m('line.stopped')}`}
        {all > wrote.items.length && ` ${m('line.capped', { n: wrote.items.length })}`}
      </p>
      {machines.map((netns, i) => (
        <Machine
          key={netns}
          netns={netns}
          open={i < 3}
          items={wrote.items.filter((item) => item.netns === netns)}
          counts={wrote.counts.filter((c) => c.netns === netns)}
        />
      ))}
    </>
  )
}

function Line({
  answer,
  file,
  line,
  text,
}: {
  readonly answer: Answer
  readonly file: string
  readonly line: number
  readonly text: string
}) {
  const t = useT()
  const m = useM()
  const wrote = useWrote(answer, file, line)
  return (
    <div className="inspector">
      <div className="said">
        <p className="eyebrow">
          {file} · {t('editor.line', { line })}
        </p>
        <h2>{m('line.title')}</h2>
        <pre className="quoted-line">{text.trim() === '' ? ' ' : text.trim()}</pre>
      </div>
      {wrote === undefined ? (
        <p className="aside" data-coming="">
          {m('text.wait')}
        </p>
      ) : (
        <Found key={`${file} ${line}`} wrote={wrote} />
      )}
    </div>
  )
}

/** The other way round of "comes from": what the line under the cursor wrote on the machines. */
export default function LineTab() {
  const m = useM()
  const w = useW()
  const { answer, good, file, cursorLine, files } = useStore()
  if (good === undefined || answer !== good) return <p className="empty">{w('more.stale')}</p>
  if (cursorLine === undefined) return <p className="empty">{m('line.hint')}</p>
  const text = file === DEFAULTS ? good.defaults : (files.find((f) => f.name === file)?.text ?? '')
  return <Line answer={good} file={file} line={cursorLine} text={text.split('\n')[cursorLine - 1] ?? ''} />
}
