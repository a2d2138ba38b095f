import { lazy, Suspense, useEffect, useLayoutEffect, useSyncExternalStore } from 'react'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import { EditorPane } from './editor/EditorPane.tsx'
import { titleOf } from './learn/start.ts'
import { PhoneSheet, SidePane, StepMap } from './panels/later.tsx'
import { part } from './panels/part.tsx'
import { Transport } from './panels/Transport.tsx'
import { flagged } from './play/breakpoints.ts'
import { usePace } from './play/pace.ts'
import { seek } from './play/play.ts'
import { playheadOf, seqOf, stepsOf } from './play/steps.ts'
import { Stage } from './scene/Stage.tsx'
import { MapSwitch } from './scene/zoom/MapSwitch.tsx'
import { state, useStore } from './store.ts'
import type { Playhead } from './timeline/beats.ts'
import { Timeline } from './timeline/Timeline.tsx'
import { Dialogs } from './ui/Dialogs.tsx'
import { DropZone } from './ui/DropZone.tsx'
import { still } from './ui/motion.ts'
import { Notices } from './ui/Notices.tsx'
import { Pane } from './ui/Pane.tsx'
import { ProbeBar } from './ui/ProbeBar.tsx'
import { Broken, Empty, Loading } from './ui/StageStates.tsx'
import { TopBar } from './ui/TopBar.tsx'
import { useT } from './ui/words/t.ts'

/** Beside the entry script: the columns wait for a walk anyway. */
const Chains = lazy(part(async () => ({ default: (await import('./chains/Chains.tsx')).Chains })))

const narrow = matchMedia('(max-width: 760px)')
const watchNarrow = (changed: () => void): (() => void) => {
  narrow.addEventListener('change', changed)
  return () => narrow.removeEventListener('change', changed)
}

/** Storage may be forbidden: panes then have their usual sizes. */
const paneStorage = {
  getItem: (key: string): string | null => {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  },
  setItem: (key: string, value: string): void => {
    try {
      localStorage.setItem(key, value)
    } catch {
      // Not remembered, no harm.
    }
  },
}

/** To a stop of the walk on stage. */
const seekTo = (to: Playhead): void => seek(seqOf(stepsOf(state().good), to))
const pickBeat = (beat: number): void => seekTo({ beat })

function Scene() {
  const good = useStore((s) => s.good)
  const answered = useStore((s) => s.answer !== undefined)
  const blank = useStore((s) => s.files.every(({ text }) => text.trim() === ''))
  const lang = useStore((s) => s.lang)
  const playhead = useStore((s) => s.playhead)
  if (blank && answered) return <Empty />
  if (good === undefined) return answered ? <Broken /> : <Loading />
  const steps = stepsOf(good)
  return <Stage still={still()} answer={good} lang={lang} playhead={playheadOf(steps, playhead)} onPick={pickBeat} />
}

function Lanes() {
  const good = useStore((s) => s.good)
  const lang = useStore((s) => s.lang)
  const playhead = useStore((s) => s.playhead)
  const breakpoints = usePace((p) => p.breakpoints)
  if (good?.walk === undefined) return null
  const steps = stepsOf(good)
  const flags = flagged(breakpoints, steps.stations)
  return <Timeline answer={good} lang={lang} playhead={playheadOf(steps, playhead)} onSeek={seekTo} flags={flags} />
}

type Between = 'manifests' | 'stage' | 'inspector' | 'timeline' | 'chains'

/** The line between two panes: dragged, or moved with the arrow keys. */
function Grip({ a, b }: { readonly a: Between; readonly b: Between }) {
  const t = useT()
  return <Separator className="grip" aria-label={t('pane.resize', { a: t(`pane.${a}`), b: t(`pane.${b}`) })} />
}

/** On a low screen the node diagram has the whole height, and the chains wait in their strip. */
const chainsHeight = (): string => (innerHeight < 780 ? '32px' : innerHeight < 1000 ? '35%' : '39%')

function Desktop() {
  const t = useT()
  const rows = useDefaultLayout({ id: 'packetwalk.rows', storage: paneStorage })
  const columns = useDefaultLayout({ id: 'packetwalk.columns', storage: paneStorage })
  const centre = useDefaultLayout({ id: 'packetwalk.centre', storage: paneStorage })
  return (
    <Group id="packetwalk.rows" orientation="vertical" className="rows" {...rows}>
      <Panel id="upper" minSize="40%">
        <Group id="packetwalk.columns" orientation="horizontal" {...columns}>
          <Pane name="manifests" defaultSize="21%" minSize="180px">
            <EditorPane phone={false} />
          </Pane>
          <Grip a="manifests" b="stage" />
          <Panel id="stage" minSize="30%">
            <section className="centre" aria-label={t('pane.stage')}>
              <ProbeBar phone={false} />
              <Group id="packetwalk.centre" orientation="vertical" className="rows" {...centre}>
                <Panel id="map" minSize="35%">
                  <div className="stage">
                    <Scene />
                  </div>
                </Panel>
                <Grip a="stage" b="chains" />
                <Pane name="chains" defaultSize={chainsHeight()} minSize="120px" openSize="58%">
                  <Suspense fallback={null}>
                    <Chains />
                  </Suspense>
                </Pane>
              </Group>
            </section>
          </Panel>
          <Grip a="stage" b="inspector" />
          <Pane name="inspector" defaultSize="22%" minSize="200px">
            <SidePane />
          </Pane>
        </Group>
      </Panel>
      <Grip a="stage" b="timeline" />
      <Pane name="timeline" defaultSize="152px" minSize="64px">
        <section className="timeline-pane" aria-label={t('pane.timeline')}>
          <Transport phone={false} />
          <div className="lanes">
            <Lanes />
          </div>
        </section>
      </Pane>
    </Group>
  )
}

function Phone() {
  const t = useT()
  const editing = useStore((s) => s.editing)
  const good = useStore((s) => s.good !== undefined)
  // The sessions are a picture of their own, on a narrow page as well.
  const map = useStore((s) => s.map || (s.near?.level === 'bgp' && s.near.slug === s.slug))
  if (editing) return <EditorPane phone />
  return (
    <div className="phone">
      <ProbeBar phone />
      <section className="phone-map" aria-label={t('pane.stage')}>
        {good && !map ? <StepMap /> : <Scene />}
        {good && !map && <MapSwitch />}
      </section>
      <PhoneSheet />
      <Transport phone />
    </div>
  )
}

/** Tells a benchmark that another walk has come on stage. */
function WalkCount() {
  const walks = useStore((s) => s.walks)
  return <span hidden data-walks={walks} />
}

export function App() {
  const lang = useStore((s) => s.lang)
  const title = useStore((s) => titleOf(s.slug, s.lang))
  const theme = useStore((s) => s.theme)
  const phone = useSyncExternalStore(watchNarrow, () => narrow.matches)
  useEffect(() => {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
    document.title = title === undefined ? 'Packetwalk' : `${title} · Packetwalk`
  }, [lang, title])
  // Before the children's own effects: they read the tokens of the theme.
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme
  }, [theme])
  return (
    <div className="page" data-phone={phone}>
      <WalkCount />
      <TopBar phone={phone} />
      <Notices />
      <main className="rooms">{phone ? <Phone /> : <Desktop />}</main>
      <Dialogs />
      <DropZone />
    </div>
  )
}
