// All of the BGP sessions' drawing: one part, fetched when a lab has some.
export { sessionsIn } from './overlay.ts'
export { Sessions } from './Sessions.tsx'
