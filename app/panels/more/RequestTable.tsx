import { useState } from 'react'
import type { Answer } from '../../../src/answer.ts'
import { useLook } from '../look.ts'
import { useM } from './words.ts'

interface Props {
  readonly answer: Answer
  readonly journey: number
  readonly seq: number
}

/** Rows of other hosts say little: they are shown when asked for. */
const FEW = 12

/** The rows of an L7 proxy's table as one request met them: which won, and why each other did not. */
export default function RequestTable({ answer, journey, seq }: Props) {
  const m = useM()
  const [all, setAll] = useState(false)
  const viewed = useLook(answer, { kind: 'routes', journey, seq })
  if (viewed?.kind !== 'routes') return viewed === undefined ? <section className="card" data-coming="" /> : null
  const near = viewed.rows.filter((r) => r.fate !== 'other-host')
  const shown = all ? viewed.rows : near.slice(0, FEW)
  const left = viewed.rows.length - shown.length
  return (
    <section className="card">
      <h3>{m('proxy.title', { controller: viewed.controller })}</h3>
      <ol className="tool-text proxy-rows">
        {shown.map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same row may stand twice, its place is its name
          <li key={i} data-lit={row.fate === 'won'} data-standing={row.fate === 'won' ? 'won' : 'other'}>
            {row.server === '' ? '' : `${row.server} `}
            {row.text}
            <small>
              {row.backend}
              {row.object === '' ? '' : ` · ${row.object}`}
            </small>
            <small className="why">{m(`fate.${row.fate}`, { by: row.by ?? '' })}</small>
          </li>
        ))}
      </ol>
      {left > 0 && (
        <button type="button" className="quiet" onClick={() => setAll(true)}>
          {m('proxy.more', { n: left })}
        </button>
      )}
      {viewed.total > viewed.rows.length && <p className="aside">{m('text.left', { n: viewed.total - viewed.rows.length })}</p>}
    </section>
  )
}
