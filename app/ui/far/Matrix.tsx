import { memo, startTransition, useEffect, useMemo, useRef, useState } from 'react'
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

/** A row: made once, however many others come below it. `row`: undefined until it is done. */
const Row = memo(function Row({
  source,
  row,
  targets,
  columns,
}: {
  readonly source: string
  readonly row: Table['cells'][number] | undefined
  readonly targets: Table['targets']
  readonly columns: readonly number[]
}) {
  const t = useFarT()
  const word = useT()
  const walk = (j: number): void => {
    set({ sheet: 'none' })
    send(source, targets[j]?.to ?? '', { open: true })
  }
  return (
    <tr>
      <th scope="row" title={source}>
        <Name of={source} />
      </th>
      {columns.map((j) => {
        const kind = row?.[j]
        if (kind === undefined) return <td key={j} />
        const label = t('matrix.cell', { from: source, to: targets[j]?.name ?? '', outcome: word(`outcome.${kind}`) })
        return (
          <td key={j}>
            <button type="button" data-kind={kind} aria-label={label} title={label} onClick={() => walk(j)}>
              {SIGNS[kind] ?? '✗'}
            </button>
          </td>
        )
      })}
    </tr>
  )
})

function Cells({ table, filter }: { readonly table: Table; readonly filter: string }) {
  const t = useFarT()
  const { sources, targets, cells } = table
  const found = kept(sources, filter)
  const rows = (found.length > 0 ? found : sources.map((_, i) => i)).slice(0, MOST)
  const narrowed = found.length > 0 ? '' : filter
  const columns = useMemo(
    () =>
      kept(
        targets.map(({ name }) => name),
        narrowed,
      ).slice(0, MOST),
    [targets, narrowed],
  )
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
            <Row key={i} source={sources[i] ?? ''} row={cells[i]} targets={targets} columns={columns} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** Who reaches whom in the lab on stage: each cell a walk, shown row by row as the engine is done with them; a press on one walks it on stage. */
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
    let parts: Table | undefined
    const [viewed, giveUp] = lookSlowly(
      { kind: 'matrix', to, ...(asked === undefined ? {} : { port: asked }) },
      ({ done, total, part }) => {
        if (stop.current !== giveUp) return
        setFar({ done, total })
        const head = part?.head ?? parts
        if (part === undefined || head === undefined) return
        const now: Table = { kind: 'matrix', sources: head.sources, targets: head.targets, cells: [...(parts?.cells ?? []), ...part.cells] }
        parts = now
        // a press on Stop goes first
        startTransition(() => setTable(now))
      },
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
  const empty = table === undefined || table.sources.length === 0 || table.targets.length === 0
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
          <button key="go" type="submit" className="primary" disabled={port !== '' && portOf(port) === undefined}>
            {t('matrix.go')}
          </button>
        ) : (
          // an element of its own: the same one, turned into a submit button by this very press, would begin anew
          <button
            key="stop"
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
      {table !== undefined && empty && far === undefined && <p>{t('matrix.none')}</p>}
      {table !== undefined && !empty && (
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
