import { useEffect, useRef, useState } from 'react'
import type { MatrixView, Viewed } from '../../../src/answer.ts'
import { send } from '../../asking.ts'
import { lookSlowly } from '../../engine/client.ts'
import { fittedPod } from '../../scene/measure.ts'
import { set, useStore } from '../../store.ts'
import { useT } from '../words/t.ts'
import { Modal } from './Modal.tsx'
import { useFarT } from './words/t.ts'

type Table = Extract<Viewed, { kind: 'matrix' }>
type Columns = MatrixView['to']

/** More cells than these are not drawn: the filter finds the rest. */
const MOST = 60
/** Refused: somebody is there, and does not listen. */
const SIGNS: Partial<Readonly<Record<Table['cells'][number][number], string>>> = { ok: '✓', refused: '–', unmodelled: '?' }
const COLUMNS: readonly Columns[] = ['all', 'pods', 'services']
/** In the order of the columns. */
const KINDS = ['service', 'pod'] as const

/** `80`, `53/udp`; undefined for what is no port. */
function portOf(text: string): MatrixView['port'] {
  const [, n, proto = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/i.exec(text.trim()) ?? []
  const number = Number(n)
  return number >= 1 && number <= 65535 ? { number, proto: proto.toLowerCase() as 'tcp' } : undefined
}

/** Rows and columns whose names hold a text. */
const kept = (names: readonly string[], filter: string): readonly number[] =>
  names.flatMap((name, i) => (filter === '' || name.includes(filter) ? [i] : []))

/** Room for a Pod's own name, px; its namespace takes what is left, or is cut. */
const ROOM = 118

/** Of a long name its end is kept: it tells a Pod from its brothers. */
function Name({ of }: { readonly of: string }) {
  const [, ns = '', name = of] = /^([^/]+\/)(.+)$/.exec(of) ?? []
  return (
    <span className="matrix-name">
      <span>{ns}</span>
      <span>{fittedPod(name, ROOM, 12, 500)}</span>
    </span>
  )
}

function Cells({ table, filter }: { readonly table: Table; readonly filter: string }) {
  const t = useFarT()
  const word = useT()
  const { sources, targets, cells } = table
  const found = kept(sources, filter)
  const rows = (found.length > 0 ? found : sources.map((_, i) => i)).slice(0, MOST)
  const named = kept(
    targets.map(({ name }) => name),
    found.length > 0 ? '' : filter,
  )
  const columns = named.slice(0, MOST)
  const walk = (i: number, j: number): void => {
    set({ sheet: 'none' })
    send(sources[i] ?? '', targets[j]?.to ?? '', { open: true })
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard
    <section className="matrix-frame" aria-label={t('matrix.title')} tabIndex={0}>
      <table className="matrix">
        <thead>
          <tr>
            <td>{t('matrix.from')}</td>
            {columns.map((j) => (
              <th key={j} scope="col" data-kind={targets[j]?.kind} title={targets[j]?.to}>
                <Name of={targets[j]?.name ?? ''} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((i) => (
            <tr key={i}>
              <th scope="row" title={sources[i]}>
                <Name of={sources[i] ?? ''} />
              </th>
              {columns.map((j) => {
                const kind = cells[i]?.[j] ?? 'unmodelled'
                const label = t('matrix.cell', { from: sources[i] ?? '', to: targets[j]?.name ?? '', outcome: word(`outcome.${kind}`) })
                return (
                  <td key={j}>
                    <button type="button" data-kind={kind} aria-label={label} title={label} onClick={() => walk(i, j)}>
                      {SIGNS[kind] ?? '✗'}
                    </button>
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** Who reaches whom in the lab on stage: each cell a walk, asked of the engine row by row; a press on one walks it on stage. */
export function Matrix() {
  const t = useFarT()
  const good = useStore((s) => s.good)
  const [to, setTo] = useState<Columns>('all')
  const [port, setPort] = useState('')
  const [filter, setFilter] = useState('')
  const [table, setTable] = useState<Table>()
  const [far, setFar] = useState<{ readonly done: number; readonly total: number }>()
  const stop = useRef<() => void>(undefined)
  const begin = (): void => {
    stop.current?.()
    const asked = portOf(port)
    const [viewed, giveUp] = lookSlowly({ kind: 'matrix', to, ...(asked === undefined ? {} : { port: asked }) }, (done, total) =>
      setFar({ done, total }),
    )
    stop.current = giveUp
    setFar({ done: 0, total: 0 })
    void viewed.then((found) => {
      if (stop.current !== giveUp) return
      stop.current = undefined
      setFar(undefined)
      if (found?.kind === 'matrix') setTable(found)
    })
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each lab on stage; what is asked changes by the button
  useEffect(() => {
    begin()
    return () => stop.current?.()
  }, [good])
  const all = table?.cells.flat() ?? []
  const shown = table === undefined ? 0 : Math.max(table.sources.length, table.targets.length)
  return (
    <Modal title={t('matrix.title')} className="matrix-sheet">
      <p>{t('matrix.text')}</p>
      <form
        className="matrix-ask"
        onSubmit={(e) => {
          e.preventDefault()
          begin()
        }}
      >
        <label>
          <span>{t('matrix.to')}</span>
          <select value={to} onChange={(e) => setTo(COLUMNS.find((c) => c === e.target.value) ?? 'all')}>
            {COLUMNS.map((name) => (
              <option key={name} value={name}>
                {t(`matrix.${name}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t('matrix.port')}</span>
          <input
            value={port}
            placeholder={t('matrix.own')}
            size={7}
            aria-invalid={port !== '' && portOf(port) === undefined}
            onChange={(e) => setPort(e.target.value)}
          />
        </label>
        {far === undefined ? (
          <button type="submit" className="primary" disabled={port !== '' && portOf(port) === undefined}>
            {t('matrix.go')}
          </button>
        ) : (
          <button
            type="button"
            onClick={() => {
              stop.current?.()
              stop.current = undefined
              setFar(undefined)
            }}
          >
            {t('matrix.stop')}
          </button>
        )}
      </form>
      {far !== undefined && (
        <p className="matrix-far" role="status" data-coming="">
          <progress {...(far.total > 0 ? { value: far.done, max: far.total } : {})} />
          {far.total > 0 && t('matrix.progress', { done: far.done, total: far.total })}
        </p>
      )}
      {table !== undefined && all.length === 0 && <p>{t('matrix.none')}</p>}
      {table !== undefined && all.length > 0 && (
        <>
          <p className="aside">
            {t('matrix.counts', { ok: all.filter((kind) => kind === 'ok').length, total: all.length })}
            {shown > MOST && ` ${t('matrix.cut', { n: MOST })}`}
          </p>
          <p className="aside matrix-legend">
            {t('matrix.columns')}
            {KINDS.filter((kind) => table.targets.some((target) => target.kind === kind)).map((kind) => (
              <span key={kind} data-kind={kind}>
                {t(`matrix.${kind}s`)}
              </span>
            ))}
          </p>
          {shown > MOST && (
            <input
              type="search"
              aria-label={t('matrix.filter')}
              placeholder={t('matrix.filter')}
              value={filter}
              onChange={(e) => setFilter(e.target.value)}
            />
          )}
          <Cells table={table} filter={filter} />
        </>
      )}
    </Modal>
  )
}
