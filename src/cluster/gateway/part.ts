export { planeTexts } from './plane.ts'
export { settleGateway } from './settle.ts'
