export { netConfJson } from './flanneld.ts'
export { netConfProblem, nodeFault } from './lacks.ts'
export { limitsTold } from './limits.ts'
export { noAddress, stay } from './stay.ts'
