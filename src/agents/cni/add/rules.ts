import { printCall } from '../../../kernel/iptables/print.ts'
import type { Op } from '../../../kernel/op.ts'

/** Calls of iptables among ops, as a reader would type them. */
export const callsText = (ops: readonly Op[]): readonly string[] =>
  ops.flatMap((op) =>
    op.do === 'iptables' ? op.calls.map((call) => `${op.family === 6 ? 'ip6tables' : 'iptables'} ${printCall(call)}`) : [],
  )
