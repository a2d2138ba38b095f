import { type KeyboardEvent, useEffect, useState } from 'react'
import type { CniView } from '../../../../src/engine/cniwalk/shape.ts'
import { look } from '../../../engine/client.ts'
import { sayNoWalk } from '../../../engine/cni.ts'
import { useStore } from '../../../store.ts'
import { Icon, type IconName } from '../../Icon.tsx'
import { Modal } from '../Modal.tsx'
import { useFarT } from '../words/t.ts'
import './cni.css'
import { chosenPod } from './open.ts'
import { StepBody, StepHead } from './Step.tsx'
import { Timeline } from './Timeline.tsx'
import { Wiring } from './Wiring.tsx'

type Command = 'ADD' | 'DEL'
type Walk = NonNullable<CniView['walk']>

/** How long a step stands while it plays, ms. */
const PACE = 1400

/** The steps, the one in hand, and what stands by then. */
function Walked({ walk }: { readonly walk: Walk }) {
  const t = useFarT()
  const lang = useStore((s) => s.lang)
  const { steps, event } = walk
  const failed = steps.findIndex(({ error }) => error !== undefined)
  const [at, setAt] = useState(Math.max(0, failed))
  const [playing, setPlaying] = useState(false)
  const go = (to: number): void => setAt(Math.min(steps.length - 1, Math.max(0, to)))
  const over = at >= steps.length - 1
  useEffect(() => {
    if (!playing) return
    if (over) {
      setPlaying(false)
      return
    }
    const timer = setTimeout(() => setAt(at + 1), PACE)
    return () => clearTimeout(timer)
  }, [playing, at, over])
  const play = (): void => {
    if (!playing && over) setAt(0)
    setPlaying(!playing)
  }
  const keys = (e: KeyboardEvent): void => {
    if (e.target instanceof HTMLSelectElement || e.ctrlKey || e.metaKey || e.altKey) return
    // What scrolls keeps the keys that scroll it.
    if (e.target instanceof HTMLElement && e.target.tagName === 'SECTION' && !/^Arrow[LR]/.test(e.key)) return
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: steps.length - 1 }[e.key]
    if (to !== undefined) {
      e.preventDefault()
      setPlaying(false)
      go(to)
    } else if (e.key === ' ' && !(e.target instanceof HTMLButtonElement && e.target.closest('.cni-bar') !== null)) {
      e.preventDefault()
      play()
    }
  }
  const step = steps[at]
  if (step === undefined) return null
  const button = (label: string, icon: IconName, run: () => void, off: boolean) => (
    <button type="button" aria-label={label} title={label} disabled={off} onClick={run}>
      <Icon name={icon} />
    </button>
  )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the buttons inside
    <div className="cni-walk" onKeyDown={keys}>
      {event !== undefined && (
        <p className="cni-event" role="status">
          <b>{t('cni.event', { reason: event.reason })}</b>
          <code>{event.message}</code>
        </p>
      )}
      <div className="cni-bar">
        {button(t('cni.first'), 'start', () => go(0), at === 0)}
        {button(t('cni.back'), 'back', () => go(at - 1), at === 0)}
        {button(t(playing ? 'cni.pause' : 'cni.play'), playing ? 'pause' : 'play', play, false)}
        {button(t('cni.on'), 'next', () => go(at + 1), over)}
        {button(t('cni.last'), 'end', () => go(steps.length - 1), over)}
        <output>{t('cni.count', { n: at + 1, all: steps.length })}</output>
        <small>{t('cni.keys')}</small>
      </div>
      <div className="cni-panes">
        <Timeline steps={steps} at={at} lang={lang} go={go} />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard */}
        <section className="cni-side" aria-label={t('cni.count', { n: at + 1, all: steps.length })} tabIndex={0}>
          <StepHead step={step} lang={lang} />
          <Wiring wired={step.after} before={steps[at - 1]?.after ?? step.after} pod={walk.pod} node={walk.node} />
          <StepBody key={at} step={step} />
        </section>
      </div>
    </div>
  )
}

/** CNI ADD and DEL of a Pod of the lab on stage. */
export function Cni() {
  const t = useFarT()
  const lang = useStore((s) => s.lang)
  const good = useStore((s) => s.good)
  const [pod, setPod] = useState(chosenPod)
  const [command, setCommand] = useState<Command>('ADD')
  const [view, setView] = useState<CniView>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new lab on stage has other Pods
  useEffect(() => {
    let gone = false
    void look({ kind: 'cni', command, ...(pod === undefined ? {} : { pod }) }).then((viewed) => {
      if (!gone && viewed?.kind === 'cni') setView(viewed)
    })
    return () => {
      gone = true
    }
  }, [good, pod, command])
  return (
    <Modal title={t('cni.title')} className="cni-sheet">
      <div className="cni-ask">
        <label>
          <span>{t('cni.pod')}</span>
          <select value={view?.pod ?? ''} onChange={(e) => setPod(e.target.value)}>
            {view?.pods.map(({ name, stuck }) => (
              <option key={name} value={name}>
                {stuck ? t('cni.stuck', { pod: name }) : name}
              </option>
            ))}
          </select>
        </label>
        <fieldset className="cni-switch" aria-label={t('cni.command')}>
          {(['ADD', 'DEL'] as const).map((one) => (
            <button key={one} type="button" aria-pressed={one === command} onClick={() => setCommand(one)}>
              {t(one === 'ADD' ? 'cni.add' : 'cni.del')}
            </button>
          ))}
        </fieldset>
      </div>
      {view?.pods.length === 0 && <p>{t('cni.none')}</p>}
      {view?.none !== undefined && view.pods.length > 0 && <p>{sayNoWalk(view.none, view.pod, lang)}</p>}
      {view?.walk !== undefined && <Walked key={`${view.walk.command} ${view.walk.pod}`} walk={view.walk} />}
    </Modal>
  )
}
