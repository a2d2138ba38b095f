import { l4Of, type Packet, type SctpHeader, type TcpHeader } from '../../net/packet.ts'

/** Which way a packet of a connection goes: from the client, or back to it. */
export type Way = 'in' | 'out'

type Row = Readonly<Record<string, string>>

const row = (from: readonly string[], to: string): Row => Object.fromEntries(to.split(' ').map((s, i) => [from[i] as string, s]))

const TCP_STATES = [
  'NONE',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'SYNACK',
] as const
const T: Readonly<Record<string, string>> = {
  ES: 'ESTABLISHED',
  SS: 'SYN_SENT',
  SR: 'SYN_RECV',
  FW: 'FIN_WAIT',
  TW: 'TIME_WAIT',
  CL: 'CLOSE',
  CW: 'CLOSE_WAIT',
  LA: 'LAST_ACK',
  LI: 'LISTEN',
}
const tcp = (to: string): Row =>
  row(
    TCP_STATES,
    to.replace(/\S+/g, (w) => T[w] ?? w),
  )

/** The state after a segment, for each state before it in the order of TCP_STATES (ip_vs_proto_tcp.c). */
const TCP: Readonly<Record<Way, Readonly<Record<'syn' | 'fin' | 'ack' | 'rst', Row>>>> = {
  in: {
    syn: tcp('SR ES ES SR SR SR SR SR SR SR SR'),
    fin: tcp('CL CW SS TW TW TW CL CW LA LI TW'),
    ack: tcp('CL ES SS ES FW TW CL CW CL LI ES'),
    rst: tcp('CL CL CL SR CL CL CL CL LA LI SR'),
  },
  out: {
    syn: tcp('SS ES SS SR SS SS SS SS SS LI SR'),
    fin: tcp('TW FW SS TW FW TW CL TW LA LI TW'),
    ack: tcp('ES ES SS ES FW TW CL CW LA ES ES'),
    rst: tcp('CL CL SS CL CL TW CL CL CL CL CL'),
  },
}

/** Seconds. */
const TCP_TIMEOUTS: Readonly<Record<string, number>> = {
  NONE: 2,
  ESTABLISHED: 900,
  SYN_SENT: 120,
  SYN_RECV: 60,
  FIN_WAIT: 120,
  TIME_WAIT: 120,
  CLOSE: 10,
  CLOSE_WAIT: 60,
  LAST_ACK: 30,
  LISTEN: 120,
  SYNACK: 120,
}

function tcpEvent(h: TcpHeader): 'syn' | 'fin' | 'ack' | 'rst' | undefined {
  if (h.flags.includes('R')) return 'rst'
  if (h.flags.includes('S')) return 'syn'
  if (h.flags.includes('F')) return 'fin'
  return h.flags.includes('A') ? 'ack' : undefined
}

type SctpEvent = 'INIT' | 'INIT_ACK' | 'COOKIE_ECHO' | 'COOKIE_ACK' | 'SHUTDOWN' | 'ABORT'

/** Changes of state by chunk; a chunk or state that is not here changes nothing (ip_vs_proto_sctp.c). The last resort of a row is `*`. */
const SCTP: Readonly<Record<Way, Readonly<Partial<Record<SctpEvent, Row>>>>> = {
  in: {
    INIT: { NONE: 'INIT1', INIT1: 'INIT', REJECTED: 'INIT', CLOSED: 'INIT' },
    INIT_ACK: { NONE: 'C-WAIT', INIT1: 'C-WAIT', INIT: 'C-WAIT', 'C-WAIT': 'COOKIE' },
    COOKIE_ECHO: { NONE: 'C-REPLIED', INIT1: 'INIT', 'C-SENT': 'C-REPLIED' },
    COOKIE_ACK: { NONE: 'ESTABLISHED', 'C-ECHOED': 'ESTABLISHED' },
    SHUTDOWN: { NONE: 'S-RECEIVED', ESTABLISHED: 'S-RECEIVED' },
    ABORT: { 'C-WAIT': 'REJECTED', '*': 'CLOSED' },
  },
  out: {
    INIT: { ESTABLISHED: 'ESTABLISHED', '*': 'C-WAIT' },
    INIT_ACK: { NONE: 'C-SENT', INIT1: 'C-SENT', INIT: 'C-SENT' },
    COOKIE_ECHO: {
      ESTABLISHED: 'ESTABLISHED',
      'S-SENT': 'S-SENT',
      'S-RECEIVED': 'S-RECEIVED',
      REJECTED: 'REJECTED',
      CLOSED: 'CLOSED',
      '*': 'C-ECHOED',
    },
    COOKIE_ACK: { 'S-SENT': 'S-SENT', 'S-RECEIVED': 'S-RECEIVED', REJECTED: 'REJECTED', CLOSED: 'CLOSED', '*': 'ESTABLISHED' },
    SHUTDOWN: { 'S-RECEIVED': 'S-RECEIVED', REJECTED: 'REJECTED', CLOSED: 'CLOSED', '*': 'S-SENT' },
    ABORT: { INIT1: 'REJECTED', '*': 'CLOSED' },
  },
}

const SCTP_TIMEOUTS: Readonly<Record<string, number>> = { NONE: 2, INIT1: 4, REJECTED: 4, ESTABLISHED: 900 }
const SCTP_LONGEST = 61
const UDP_TIMEOUT = 300

function sctpState(before: string, way: Way, h: SctpHeader): string {
  if (h.chunk === 'DATA' || h.chunk === 'SACK') return before === 'NONE' ? 'ESTABLISHED' : before
  const changes = SCTP[way][h.chunk]
  return changes?.[before] ?? changes?.['*'] ?? before
}

/** State and seconds that it lasts, after a packet of a connection. */
export function nextState(before: string, way: Way, packet: Packet): { readonly state: string; readonly seconds: number } {
  const l4 = l4Of(packet)
  switch (l4?.kind) {
    case 'tcp': {
      const event = tcpEvent(l4)
      const state = event === undefined ? 'CLOSE' : (TCP[way][event][before] ?? 'CLOSE')
      return { state, seconds: TCP_TIMEOUTS[state] ?? 2 }
    }
    case 'sctp': {
      const state = sctpState(before, way, l4)
      return { state, seconds: SCTP_TIMEOUTS[state] ?? SCTP_LONGEST }
    }
    case 'udp':
    case 'icmp':
    case undefined:
      return { state: 'UDP', seconds: UDP_TIMEOUT }
  }
}

/** Whether ipvsadm and the schedulers count a connection in this state as active (tcp_state_active_table, set_sctp_state). */
export const isActive = (proto: string, state: string): boolean =>
  proto === 'tcp' ? ['ESTABLISHED', 'SYN_SENT', 'SYN_RECV', 'SYNACK'].includes(state) : proto === 'sctp' && state === 'ESTABLISHED'
