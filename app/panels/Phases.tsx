import { useRef } from 'react'
import type { Station } from '../play/steps.ts'
import { textWidth } from '../scene/measure.ts'
import { useSize } from '../scene/size.ts'
import { phases } from '../timeline/beats.ts'
import { useT } from '../ui/words/t.ts'

/** Half of the scrubber's thumb: the middle of the thumb stays this far from both ends. px */
const HALF = 12
const LABEL = 11.5

/** The phases of the walk as the track of a phone's scrubber; each has its name where the name fits. */
export function Phases({ stations }: { readonly stations: readonly Station[] }) {
  const t = useT()
  const box = useRef<HTMLDivElement>(null)
  const width = useSize(box)?.width ?? 0
  const bands = phases(stations.map((s) => s.beat))
  const room = Math.max(0, width - 2 * HALF)
  const last = Math.max(1, stations.length - 1)
  const x = (index: number): number => HALF + (room * index) / last
  let free = 0
  return (
    <div ref={box} className="phases" aria-hidden="true">
      {bands.map((band, i) => {
        const [from, to] = [x(band.from), x(Math.min(band.to + 1, last))]
        const next = bands[i + 1]
        const label = `${t(`phase.${band.phase}`)}${band.conn === undefined ? '' : ` ${band.conn}`}`
        const fits = from >= free && textWidth(label, LABEL, 'sans', 650) + 6 <= (next === undefined ? width : x(next.from)) - from
        if (fits) free = from + textWidth(label, LABEL, 'sans', 650) + 6
        return (
          <span key={band.from} data-tone={band.tone} style={{ left: from, width: Math.max(3, to - from - 2) }}>
            {fits && <b>{label}</b>}
          </span>
        )
      })}
    </div>
  )
}
