/** The printers of the rule language: as the kernel's rules are read back, and as their writers put them. */
export { printCountedRule, printMatch, printRule, printTarget } from './print-rule.ts'
export { type Counted, printSave } from './print-save.ts'
export { printCall, printPart, printWritten } from './print-written.ts'
