/** The parts of the inspector that come beside the entry script, in one piece. */
export { PhoneSheet } from './PhoneSheet.tsx'
export { StepList } from './StepList.tsx'
export { TabBar, TabPanel } from './Tabs.tsx'
