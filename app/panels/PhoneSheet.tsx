import { useT } from '../ui/words/t.ts'
import { Inspector } from './Inspector.tsx'

/** The inspector as a sheet under the map of a phone. */
export function PhoneSheet() {
  const t = useT()
  return (
    <section className="phone-sheet" aria-label={t('pane.inspector')}>
      <Inspector />
    </section>
  )
}
