import { useEffect, useLayoutEffect, useSyncExternalStore } from 'react'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import { EditorPane } from './editor/EditorPane.tsx'
import { labs } from './learn/labs/list.ts'
import { PhoneSheet } from './panels/PhoneSheet.tsx'
import { SidePane } from './panels/SidePane.tsx'
import { StepList } from './panels/StepList.tsx'
import { Transport } from './panels/Transport.tsx'
import { seek } from './play/play.ts'
import { playheadOf, seqOf, stepsOf } from './play/steps.ts'
import { Stage } from './scene/Stage.tsx'
import { useStore } from './store.ts'
import { Timeline } from './timeline/Timeline.tsx'
import { KeySheet } from './ui/KeySheet.tsx'
import { still } from './ui/motion.ts'
import { Notices } from './ui/Notices.tsx'
import { ProbeBar } from './ui/ProbeBar.tsx'
import { TopBar } from './ui/TopBar.tsx'
import { useT } from './ui/words/t.ts'

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

function Scene() {
  const t = useT()
  const { good, answer, lang, playhead } = useStore()
  if (good === undefined) return <p className="stage-empty">{t(answer === undefined ? 'stage.loading' : 'stage.broken')}</p>
  const steps = stepsOf(good)
  return (
    <Stage
      still={still()}
      answer={good}
      lang={lang}
      playhead={playheadOf(steps, playhead)}
      onPick={(beat) => seek(seqOf(steps, { beat }))}
    />
  )
}

function Lanes() {
  const { good, lang, playhead } = useStore()
  if (good?.walk === undefined) return null
  const steps = stepsOf(good)
  return <Timeline answer={good} lang={lang} playhead={playheadOf(steps, playhead)} onSeek={(to) => seek(seqOf(steps, to))} />
}

function Desktop() {
  const t = useT()
  const rows = useDefaultLayout({ id: 'packetwalk.rows', storage: paneStorage })
  const columns = useDefaultLayout({ id: 'packetwalk.columns', storage: paneStorage })
  const between = (a: 'manifests' | 'stage' | 'inspector' | 'timeline', b: 'manifests' | 'stage' | 'inspector' | 'timeline'): string =>
    t('pane.resize', { a: t(`pane.${a}`), b: t(`pane.${b}`) })
  return (
    <Group id="packetwalk.rows" orientation="vertical" className="rows" {...rows}>
      <Panel id="upper" minSize="40%">
        <Group id="packetwalk.columns" orientation="horizontal" {...columns}>
          <Panel id="manifests" defaultSize="21%" minSize="180px" collapsible>
            <EditorPane phone={false} />
          </Panel>
          <Separator className="grip" aria-label={between('manifests', 'stage')} />
          <Panel id="stage" minSize="30%">
            <main className="centre" aria-label={t('pane.stage')}>
              <ProbeBar />
              <div className="stage">
                <Scene />
              </div>
            </main>
          </Panel>
          <Separator className="grip" aria-label={between('stage', 'inspector')} />
          <Panel id="inspector" defaultSize="22%" minSize="200px" collapsible>
            <SidePane />
          </Panel>
        </Group>
      </Panel>
      <Separator className="grip" aria-label={between('stage', 'timeline')} />
      <Panel id="timeline" defaultSize="152px" minSize="64px">
        <section className="timeline-pane" aria-label={t('pane.timeline')}>
          <Transport phone={false} />
          <div className="lanes">
            <Lanes />
          </div>
        </section>
      </Panel>
    </Group>
  )
}

function Phone() {
  const t = useT()
  const sheet = useStore((s) => s.sheet)
  if (sheet === 'editor') return <EditorPane phone />
  return (
    <div className="phone">
      <ProbeBar />
      <main className="phone-map" aria-label={t('pane.stage')}>
        <StepList />
      </main>
      <PhoneSheet />
      <Transport phone />
    </div>
  )
}

export function App() {
  const lang = useStore((s) => s.lang)
  const slug = useStore((s) => s.slug)
  const theme = useStore((s) => s.theme)
  const phone = useSyncExternalStore(watchNarrow, () => narrow.matches)
  useEffect(() => {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
    const title = labs.find((lab) => lab.slug === slug)?.title[lang]
    document.title = title === undefined ? 'Packetwalk' : `${title} · Packetwalk`
  }, [lang, slug])
  // Before the children's own effects: they read the tokens of the theme.
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme
  }, [theme])
  return (
    <div className="page" data-phone={phone}>
      <TopBar phone={phone} />
      <Notices />
      {phone ? <Phone /> : <Desktop />}
      <KeySheet />
    </div>
  )
}
