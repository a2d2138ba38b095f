export { netConfProblem, nodeFault } from './lacks.ts'
export { noAddress, stay } from './stay.ts'
