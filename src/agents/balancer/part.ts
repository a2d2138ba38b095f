export { knownVips, leaderOf, leaders, routerVips } from './announce.ts'
export { balancerOps } from './machine.ts'
