import { levels } from '../play/pace.ts'
import type { Station } from '../play/steps.ts'
import { useT } from '../ui/words/t.ts'
import type { Filter } from './legs.ts'
import { useW } from './words.ts'

interface Props {
  readonly filter: Filter
  readonly stations: readonly Station[]
  readonly shown: number
  readonly onChange: (filter: Filter) => void
}

/** How closely the list of steps is told, and which of them. */
export function ListFilter({ filter, stations, shown, onChange }: Props) {
  const t = useT()
  const w = useW()
  const phases = [...new Set(stations.map((s) => s.journey.phase))]
  const places = [...new Set(stations.map((s) => s.beat.place))]
  return (
    <div className="list-filter">
      <fieldset className="segments" aria-label={w('list.level')}>
        {levels.map((level) => (
          <button key={level} type="button" aria-pressed={filter.level === level} onClick={() => onChange({ ...filter, level })}>
            {w(`list.${level}`)}
          </button>
        ))}
      </fieldset>
      <label className="picker">
        {w('list.only')}
        <select value={filter.only} onChange={(e) => onChange({ ...filter, only: e.target.value })}>
          <option value="all">{w('list.all')}</option>
          <option value="changes">{w('list.changes')}</option>
          {phases.map((phase) => (
            <option key={phase} value={`phase ${phase}`}>
              {w('list.phase', { phase: t(`phase.${phase}`) })}
            </option>
          ))}
          {places.map((place) => (
            <option key={place} value={`place ${place}`}>
              {w('list.place', { name: place })}
            </option>
          ))}
        </select>
      </label>
      <p className="aside" role="status">
        {w('list.count', { n: shown, all: stations.length })}
      </p>
    </div>
  )
}
