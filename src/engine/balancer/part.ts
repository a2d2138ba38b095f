export { checkNodes } from './check.ts'
export { healthTable } from './health.ts'
export { proxyHealth } from './server.ts'
