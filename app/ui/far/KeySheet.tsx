import { set, useStore } from '../../store.ts'
import { Modal } from './Modal.tsx'
import { type FarKey, useFarT } from './words/t.ts'

type Rows = readonly (readonly [keys: readonly string[], what: FarKey])[]

const walk: Rows = [
  [['Space'], 'keys.space'],
  [['←', '→'], 'keys.station'],
  [['⇧ ←', '⇧ →'], 'keys.hop'],
  [['↑', '↓'], 'keys.rule'],
  [['⇧ ↓'], 'keys.over'],
  [['⇧ ↑'], 'keys.out'],
  [['Home', 'End'], 'keys.ends'],
  [['+', '−', '0'], 'keys.zoom'],
  [['Ctrl ←', '→', '↑', '↓'], 'keys.pan'],
  [['Enter'], 'keys.door'],
]

const page: Rows = [
  [['Ctrl K', '⌘ K'], 'keys.palette'],
  [['M', 'I', 'C', 'T'], 'keys.panes'],
  [['⇧ C'], 'keys.whole'],
  [['S'], 'keys.share'],
  [['?'], 'keys.help'],
  [['←', '→', '↑', '↓'], 'keys.grip'],
  [['Ctrl M'], 'keys.tabOut'],
  [['Esc'], 'keys.escape'],
]

function Rows({ title, rows }: { readonly title: string; readonly rows: Rows }) {
  const t = useFarT()
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {rows.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

export function KeySheet() {
  const t = useFarT()
  const single = useStore((s) => s.singleKeys)
  return (
    <Modal title={t('keys.title')} className="key-sheet">
      <div className="columns">
        <Rows title={t('keys.walk')} rows={walk} />
        <Rows title={t('keys.page')} rows={page} />
      </div>
      <label className="check">
        <input type="checkbox" checked={single} onChange={(e) => set({ singleKeys: e.target.checked })} />
        <span>
          {t('keys.single')}
          <small>{t('keys.singleNote')}</small>
        </span>
      </label>
    </Modal>
  )
}
