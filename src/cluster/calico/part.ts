export { findCni } from './find.ts'
export { settleCalico } from './plan.ts'
export { nameOfModes } from './read.ts'
export { poolText } from './text.ts'
