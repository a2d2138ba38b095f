import { type ComponentType, lazy, Suspense } from 'react'
import { useT } from '../ui/words/t.ts'
import { Coming, part } from './part.tsx'

// The inspector is needed with the first answer, not with the first paint: it comes beside the entry script.
const parts = import('./parts.tsx')
// Who shows a part says that it did not come; here nobody does yet.
parts.catch(() => {})

const of = <P,>(pick: (all: Awaited<typeof parts>) => ComponentType<P>) => lazy(part(async () => ({ default: pick(await parts) })))

const Sheet = of((all) => all.PhoneSheet)
const List = of((all) => all.StepList)
const Tabs = of(({ TabBar, TabPanel }) => () => (
  <>
    <TabBar phone={false} />
    <TabPanel phone={false} />
  </>
))

/** The pane beside the stage: what this step means, the packet, the machine, the line under the cursor, and all steps. */
export function SidePane() {
  const t = useT()
  return (
    <section className="side-pane" aria-label={t('pane.inspector')}>
      <Suspense fallback={<Coming />}>
        <Tabs />
      </Suspense>
    </section>
  )
}

/** The inspector as a sheet under the map of a phone. */
export const PhoneSheet = () => (
  <Suspense fallback={<Coming />}>
    <Sheet />
  </Suspense>
)

/** The list of steps as the map of a phone. */
export const StepMap = () => (
  <Suspense fallback={<Coming />}>
    <List map />
  </Suspense>
)
