export { checkNodes } from './check.ts'
export { proxyHealth } from './server.ts'
