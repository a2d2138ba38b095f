export { knownVips, leaderOf, routerVips } from './announce.ts'
export { balancerOps } from './machine.ts'
