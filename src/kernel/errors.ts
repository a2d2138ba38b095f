/** What is loaded when a packet is refused (`late.ts`). */
export { icmpError } from './icmp.ts'
export { mayRedirect } from './icmp-limit.ts'
export { toldOfError } from './icmp-told.ts'
export { rejectWith, resetFor } from './reject.ts'
