import { memo, type RefObject, useLayoutEffect, useRef } from 'react'
import { seek } from '../play/play.ts'
import { pathOf } from '../scene/path.ts'
import type { Tone } from '../timeline/beats.ts'
import { still } from '../ui/motion.ts'
import { Places } from './bpf/Places.tsx'
import { Row } from './Row.tsx'
import type { Box, ColumnBox, Link, OriginBox, Picture, RowBox, SourceBox } from './shapes.ts'
import { columnPad, titleHeight } from './sizes.ts'
import type { ChainWords } from './words.ts'

interface Props {
  readonly picture: Picture
  readonly tone: Tone
  readonly words: ChainWords
  /** Key of the row that the inspector shows: column and row. */
  readonly picked: string | undefined
  readonly onPick: (column: ColumnBox, row: RowBox) => void
  readonly label: string
}

const at = ({ x, y, w, h }: Box) => ({ left: x, top: y, width: w, height: h })

function Way({ link }: { readonly link: Link }) {
  const end = link.points.at(-1)
  if (end === undefined) return null
  const short = [...link.points.slice(0, -1), { ...end, x: end.x - 6 }]
  return (
    <g data-link={link.kind} data-later={link.later}>
      <path className="way" d={pathOf(short, 8)} />
      <path className="tip" d={`M${end.x - 9} ${end.y - 5}L${end.x - 1} ${end.y}L${end.x - 9} ${end.y + 5}Z`} />
    </g>
  )
}

type ColumnProps = Pick<Props, 'words' | 'onPick'> & {
  readonly box: ColumnBox
  readonly all: number
  /** Key of the picked row, when it is one of this column's. */
  readonly picked: string | undefined
}

const Column = memo(({ box, all, words, picked, onPick }: ColumnProps) => {
  return (
    <section
      className="chain-column"
      style={at(box)}
      data-later={box.later}
      data-look={box.look}
      aria-label={words.column(box.index + 1, all, box.title)}
    >
      <h3>
        {box.titleLines.map((line) => (
          <span key={line}>{line}</span>
        ))}
      </h3>
      <p className="sub" title={box.subFull} style={{ top: columnPad - 1 + box.titleLines.length * titleHeight }}>
        {box.sub.map((line) => (
          <span key={line}>{line} </span>
        ))}
      </p>
      {!box.later && (
        <ol className="chain-rows">
          {/* What was not asked yet has nothing to say of its outcome. */}
          {box.rows
            .filter((row) => row.when !== 'later' || row.row.kind === 'rule')
            .map((row) => (
              <li key={row.key} style={{ top: row.y, height: row.h }}>
                <Row box={row} words={words} picked={picked === row.key} onPick={(r) => onPick(box, r)} flowing={false} />
              </li>
            ))}
        </ol>
      )}
    </section>
  )
})

/** The row's own part of a picked key, in the column that has it. */
const pickedIn = (box: ColumnBox, picked: string | undefined): string | undefined =>
  picked?.startsWith(`${box.key} `) === true ? picked.slice(box.key.length + 1) : undefined

function Origin({ box }: { readonly box: OriginBox }) {
  return (
    <section className="chain-column origin" style={at(box)} aria-label={box.title.join(' ')}>
      <h3>
        {box.title.map((line) => (
          <span key={line}>{line} </span>
        ))}
      </h3>
      <p className="sub">{box.sub}</p>
      <svg className="stem" width={20} height={box.h} aria-hidden="true">
        <line x1={10} x2={10} y1={(box.stops[0]?.y ?? 0) + 8} y2={(box.stops.at(-1)?.y ?? 0) + 8} />
        {box.stops.map((stop) => (
          <circle key={stop.seq} cx={10} cy={stop.y + 8} r={4} />
        ))}
      </svg>
      <ol>
        {box.stops.map((stop) => (
          <li key={stop.seq} style={{ top: stop.y - 4 }}>
            <button type="button" onClick={() => seek(stop.seq)}>
              {stop.lines.join('')}
            </button>
          </li>
        ))}
      </ol>
      <button type="button" className="mark" style={{ top: box.markY }} onClick={() => seek(box.seq)}>
        {box.mark}
      </button>
    </section>
  )
}

function Source({ box }: { readonly box: SourceBox }) {
  return (
    <section className="chain-column source" style={at(box)} data-later={box.later} aria-label={box.title.join(' ')}>
      <h3 className="words">
        {box.title.map((line) => (
          <span key={line}>{line} </span>
        ))}
      </h3>
      <p className="sub">{box.sub}</p>
      {!box.later && (
        <div className="chain-rows">
          <dl>
            {box.fields.map((field) => (
              <div key={field.name} style={{ top: field.y }}>
                <dt>{field.name}</dt>
                <dd data-rewrites={field.rewrites}>{field.lines.join('')}</dd>
              </div>
            ))}
          </dl>
          <p className="remark" style={{ top: box.remarkY }}>
            {box.remark.map((line) => (
              <span key={line}>{line} </span>
            ))}
          </p>
        </div>
      )}
    </section>
  )
}

/** A frame that grows or shrinks by more at once was not dragged, px. */
const LEAP = 120

/**
 * Scrolls no farther from the top left than it must for the playhead's row to be seen. How large the frame is and how far
 * it is scrolled is heard of, not asked for: to ask in the middle of a change makes the browser lay out the whole page.
 */
function useInView(frame: RefObject<HTMLElement | null>, { x, y, w, h }: Box): void {
  const view = useRef({ width: 0, height: 0, left: 0, top: 0 })
  const show = useRef(() => {})
  show.current = () => {
    const { width, height, left: fromLeft, top: fromTop } = view.current
    const pad = 16
    const left = Math.max(0, x + w + pad - width)
    const top = Math.max(0, y + h + pad - height)
    if (width === 0 || (left === fromLeft && top === fromTop)) return
    Object.assign(view.current, { left, top })
    const go = (): void => frame.current?.scrollTo({ left, top, behavior: still() ? 'auto' : 'smooth' })
    // Behind the frame the page is laid out: here it would be laid out once more.
    if (still()) go()
    else requestAnimationFrame(() => setTimeout(go))
  }
  useLayoutEffect(() => {
    const box = frame.current
    if (box === null) return undefined
    const scrolled = (): void => {
      Object.assign(view.current, { left: box.scrollLeft, top: box.scrollTop })
    }
    const sized = new ResizeObserver(() => {
      const [width, height] = [box.clientWidth, box.clientHeight]
      // Another frame, not one that a grip drags along.
      const other = Math.abs(width - view.current.width) > LEAP || Math.abs(height - view.current.height) > LEAP
      Object.assign(view.current, { width, height })
      if (other) show.current()
    })
    sized.observe(box)
    // A smooth scroll tells every frame; where it came to rest is enough.
    const told = 'onscrollend' in window ? 'scrollend' : 'scroll'
    box.addEventListener(told, scrolled, { passive: true })
    return () => {
      sized.disconnect()
      box.removeEventListener(told, scrolled)
    }
  }, [frame])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another place to look at scrolls, not another size
  useLayoutEffect(() => show.current(), [x, y, w, h])
}

/** After a step by keyboard the focus goes along with the playhead, when it was among the rows. */
function useFocusAlong(frame: RefObject<HTMLDivElement | null>, focus: Box): void {
  const key = `${focus.x} ${focus.y}`
  const was = useRef(key)
  useLayoutEffect(() => {
    if (was.current === key) return
    was.current = key
    const here = document.activeElement
    if (here === null || !frame.current?.contains(here)) return
    frame.current.querySelector<HTMLElement>('[aria-current="step"]')?.focus({ preventScroll: true })
  }, [frame, key])
}

/** A title over rows that went by under it has an edge: marked when the line at the very top is out of sight. */
function useScrolledMark(frame: RefObject<HTMLElement | null>, top: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const [box, line] = [frame.current, top.current]
    if (box === null || line === null) return undefined
    const watch = new IntersectionObserver(([entry]) => box.toggleAttribute('data-scrolled', entry?.isIntersecting === false), {
      root: box,
    })
    watch.observe(line)
    return () => watch.disconnect()
  }, [frame, top])
}

/** The chains of one table at one hook, beside each other, each opened by a jump of the one before. */
export const Columns = memo(({ picture, tone, words, picked, onPick, label }: Props) => {
  const frame = useRef<HTMLDivElement>(null)
  useInView(frame, picture.focus)
  useFocusAlong(frame, picture.focus)
  const top = useRef<HTMLSpanElement>(null)
  useScrolledMark(frame, top)
  return (
    <section
      ref={frame}
      className="chain-frame"
      data-tone={tone}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard
      tabIndex={0}
      aria-label={label}
    >
      <div className="chain-canvas" style={{ width: picture.w, height: picture.h }}>
        <span ref={top} className="chain-top" aria-hidden="true" />
        <svg width={picture.w} height={picture.h} aria-hidden="true">
          {picture.links.map((link) => (
            <Way key={link.key} link={link} />
          ))}
        </svg>
        {picture.origin !== undefined && <Origin box={picture.origin} />}
        {picture.places !== undefined && <Places box={picture.places} />}
        {picture.columns.map((box) => (
          <Column
            key={`${box.key} ${box.title}`}
            box={box}
            all={picture.columns.length}
            words={words}
            picked={pickedIn(box, picked)}
            onPick={onPick}
          />
        ))}
        {picture.source !== undefined && <Source box={picture.source} />}
      </div>
    </section>
  )
})
