import { lazy, type RefObject, Suspense, useLayoutEffect, useRef } from 'react'
import { useBeside } from '../play/beside.ts'
import { set, type Tab, useStore } from '../store.ts'
import { useT } from '../ui/words/t.ts'
import { Inspector, useHere } from './Inspector.tsx'
import { part } from './part.tsx'
import { StepList } from './StepList.tsx'
import { useW } from './words.ts'

const PacketTab = lazy(part(() => import('./more/PacketTab.tsx')))
const NodeTab = lazy(part(() => import('./more/NodeTab.tsx')))
const PhoneChains = lazy(part(() => import('../chains/PhoneChains.tsx')))
const LineTab = lazy(part(() => import('./more/LineTab.tsx')))

/** The tabs of the inspector; a phone has the list of steps as its map. */
const tabs: readonly Tab[] = ['step', 'packet', 'node', 'line', 'steps']
const phoneTabs: readonly Tab[] = ['step', 'packet', 'node', 'line']

export const shownTab = (tab: Tab, phone: boolean): Tab => ((phone ? phoneTabs : tabs).includes(tab) ? tab : 'step')

export function TabBar({ phone }: { readonly phone: boolean }) {
  const t = useT()
  const w = useW()
  const tab = useStore((s) => shownTab(s.tab, phone))
  const line = useStore((s) => s.cursorLine)
  const n = useHere()?.look.station.index
  const words: Readonly<Record<Tab, string>> = {
    step: t('inspector.step', { n: n === undefined ? '–' : n + 1 }),
    packet: w('tab.packet'),
    node: w('tab.node'),
    line: line === undefined || tab !== 'line' ? w('tab.noLine') : w('tab.line', { n: line }),
    steps: t('inspector.steps'),
  }
  return (
    <div className="tabs inspector-tabs" role="tablist" aria-label={t('pane.inspector')}>
      {(phone ? phoneTabs : tabs).map((name) => (
        <button
          key={name}
          id={`tab-${name}`}
          type="button"
          role="tab"
          aria-selected={tab === name}
          aria-controls="inspector-panel"
          onClick={() => set({ tab: name })}
        >
          {words[name]}
        </button>
      ))}
    </div>
  )
}

/** On a phone the chains have no pane of their own: they stand under the step. */
function Body({ tab, phone }: { readonly tab: Tab; readonly phone: boolean }) {
  switch (tab) {
    case 'step':
      return (
        <>
          <Inspector />
          {phone && <PhoneChains />}
        </>
      )
    case 'packet':
      return <PacketTab />
    case 'node':
      return <NodeTab />
    case 'line':
      return <LineTab />
    case 'steps':
      return <StepList />
  }
}

/** A step begins at its title; the other tabs stay where they were scrolled to. Says whether the panel is scrolled: reading it costs a layout. */
function useFromTop(panel: RefObject<HTMLDivElement | null>, tab: Tab): RefObject<boolean> {
  const playhead = useBeside('inspector', (s) => s.playhead)
  const scrolled = useRef(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step begins anew
  useLayoutEffect(() => {
    if (tab !== 'step' || !scrolled.current || panel.current === null) return
    panel.current.scrollTop = 0
    scrolled.current = false
  }, [panel, tab, playhead])
  return scrolled
}

export function TabPanel({ phone }: { readonly phone: boolean }) {
  const w = useW()
  const tab = useStore((s) => shownTab(s.tab, phone))
  const panel = useRef<HTMLDivElement>(null)
  const scrolled = useFromTop(panel, tab)
  return (
    <div
      key={tab}
      ref={panel}
      id="inspector-panel"
      className="side-body"
      role="tabpanel"
      aria-labelledby={`tab-${tab}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard
      tabIndex={0}
      onScroll={(e) => {
        scrolled.current = e.currentTarget.scrollTop > 0
      }}
    >
      <Suspense
        fallback={
          <p className="empty" data-coming="">
            {w('more.loading')}
          </p>
        }
      >
        <Body tab={tab} phone={phone} />
      </Suspense>
    </div>
  )
}
