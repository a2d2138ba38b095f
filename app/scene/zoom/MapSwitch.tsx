import { sayIn } from '../../panels/book.ts'
import { set, useStore } from '../../store.ts'
import { book } from './words.ts'
import './zoom.css'

/** Where the stage is narrow: the list of stops, or the map that is larger than the screen. */
export function MapSwitch() {
  const map = useStore((s) => s.map)
  const z = sayIn(
    book,
    useStore((s) => s.lang),
  )
  return (
    <div className="pw-switch">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form */}
      <div role="group" aria-label={z('form')}>
        {([false, true] as const).map((wish) => (
          <button key={String(wish)} type="button" aria-pressed={map === wish} onClick={() => set({ map: wish })}>
            {z(wish ? 'map' : 'list')}
          </button>
        ))}
      </div>
    </div>
  )
}
