/** What of eBPF is loaded when a namespace has a program attached (`late.ts`). */
export { atSocket, socketRun } from './sock.ts'
export { atDevice } from './tc.ts'
