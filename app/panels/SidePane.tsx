import { stationAt, stepsOf } from '../play/steps.ts'
import { set, useStore } from '../store.ts'
import { useT } from '../ui/words/t.ts'
import { Inspector } from './Inspector.tsx'
import { StepList } from './StepList.tsx'

/** The pane beside the stage: what this step means, and all steps as a list. */
export function SidePane() {
  const t = useT()
  const tab = useStore((s) => s.tab)
  const good = useStore((s) => s.good)
  const playhead = useStore((s) => s.playhead)
  const here = stationAt(stepsOf(good), playhead)
  return (
    <section className="side-pane" aria-label={t('pane.inspector')}>
      <div className="tabs" role="tablist" aria-label={t('pane.inspector')}>
        <button type="button" role="tab" aria-selected={tab === 'step'} onClick={() => set({ tab: 'step' })}>
          {t('inspector.step', { n: here === undefined ? '–' : here.index + 1 })}
        </button>
        <button type="button" role="tab" aria-selected={tab === 'steps'} onClick={() => set({ tab: 'steps' })}>
          {t('inspector.steps')}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard */}
      <div key={`${tab} ${tab === 'step' ? playhead : ''}`} className="side-body" role="tabpanel" tabIndex={0}>
        {tab === 'step' ? <Inspector /> : <StepList />}
      </div>
    </section>
  )
}
