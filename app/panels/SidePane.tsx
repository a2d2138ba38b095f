import { useT } from '../ui/words/t.ts'
import { TabBar, TabPanel } from './Tabs.tsx'

/** The pane beside the stage: what this step means, the packet, the machine, the line under the cursor, and all steps. */
export function SidePane() {
  const t = useT()
  return (
    <section className="side-pane" aria-label={t('pane.inspector')}>
      <TabBar phone={false} />
      <TabPanel phone={false} />
    </section>
  )
}
