import { type PointerEvent, useRef, useState } from 'react'
import { useT } from '../ui/words/t.ts'
import { Said, useHere } from './Inspector.tsx'
import { TabBar, TabPanel } from './Tabs.tsx'
import { useW } from './words.ts'

/** `low`: the sentence alone; `half`: the map and the sheet share the screen; `high`: the sheet has most of it. */
type Height = 'low' | 'half' | 'high'
const heights: readonly Height[] = ['low', 'half', 'high']
const higher = (now: Height, by: 1 | -1): Height => heights[Math.max(0, Math.min(2, heights.indexOf(now) + by))] ?? now

/** A drag shorter than this is a tap. */
const TAP = 12

/** The inspector as a sheet under the map of a phone: pulled up and down by its handle, or with its button. */
export function PhoneSheet() {
  const t = useT()
  const w = useW()
  const [height, setHeight] = useState<Height>('half')
  const [pulled, setPulled] = useState(0)
  const from = useRef<number>(undefined)
  const here = useHere()
  const end = (): void => {
    if (from.current !== undefined && Math.abs(pulled) >= TAP) setHeight(higher(height, pulled > 0 ? 1 : -1))
    from.current = undefined
    setPulled(0)
  }
  const grip = {
    onPointerDown: (e: PointerEvent<HTMLElement>): void => {
      from.current = e.clientY
      e.currentTarget.setPointerCapture(e.pointerId)
    },
    onPointerMove: (e: PointerEvent<HTMLElement>): void => {
      if (from.current !== undefined) setPulled(from.current - e.clientY)
    },
    onPointerUp: end,
    onPointerCancel: end,
  }
  const open = height !== 'low'
  return (
    <section
      className="phone-sheet"
      aria-label={t('pane.inspector')}
      data-height={height}
      data-pulled={pulled !== 0}
      style={{ '--pulled': `${pulled}px` } as React.CSSProperties}
    >
      <div className="sheet-grip">
        <button
          type="button"
          aria-expanded={open}
          aria-controls="inspector-panel"
          aria-label={w(height === 'high' ? 'sheet.less' : 'sheet.more')}
          onClick={() => {
            if (Math.abs(pulled) < TAP) setHeight(height === 'high' ? 'low' : higher(height, 1))
          }}
          {...grip}
        >
          <span className="handle" />
        </button>
      </div>
      {here !== undefined && !open && (
        <div className="inspector lone">
          <Said {...here} />
        </div>
      )}
      {open && <TabBar phone />}
      {open && <TabPanel phone />}
    </section>
  )
}
