import type { SctpHeader } from '../net/packet.ts'
import type { CtDir } from '../trace/event.ts'

type Row = Readonly<Record<string, string>>

/**
 * States of nf_conntrack_proto_sctp.c: what a chunk of each direction makes of the state before it; a state that is not in its row stays.
 * DATA and SACK change nothing once the association is known.
 */
const CHANGES: Readonly<Record<CtDir, Readonly<Partial<Record<SctpHeader['chunk'], Row>>>>> = {
  original: {
    INIT: { NONE: 'CLOSED', SHUTDOWN_SENT: 'CLOSED', SHUTDOWN_RECD: 'CLOSED' },
    INIT_ACK: { NONE: 'CLOSED' },
    COOKIE_ECHO: { NONE: 'CLOSED', COOKIE_WAIT: 'COOKIE_ECHOED' },
    COOKIE_ACK: { NONE: 'CLOSED', COOKIE_ECHOED: 'ESTABLISHED' },
    SHUTDOWN: { NONE: 'CLOSED', ESTABLISHED: 'SHUTDOWN_SENT' },
  },
  reply: {
    INIT_ACK: { CLOSED: 'COOKIE_WAIT' },
    COOKIE_ECHO: { COOKIE_WAIT: 'COOKIE_ECHOED' },
    COOKIE_ACK: { COOKIE_ECHOED: 'ESTABLISHED' },
    SHUTDOWN: { ESTABLISHED: 'SHUTDOWN_RECD' },
  },
}

/** The state after a chunk; `NONE` before the first. */
export function nextSctp(state: string, chunk: SctpHeader['chunk'], dir: CtDir): string {
  if (chunk === 'ABORT') return 'CLOSED'
  return CHANGES[dir][chunk]?.[state] ?? (state === 'NONE' ? 'CLOSED' : state)
}

/** An association is assured when both sides have shown that they know it: the cookie went out and was acknowledged. */
export const assures = (before: string, after: string, dir: CtDir): boolean =>
  dir === 'reply' && before === 'COOKIE_ECHOED' && after === 'ESTABLISHED'
