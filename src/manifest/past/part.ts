/** All that the late part has. */
export { refusedConfig } from './refused.ts'
export { stepOf, stepShape, timelineRules } from './timeline.ts'
