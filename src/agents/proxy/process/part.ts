/** All that the late part has. */
export { logLines } from './log.ts'
export { opsOf } from './ops.ts'
export { cleaned, looked, started, stopped, synced } from './run.ts'
