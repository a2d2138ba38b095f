import { Late } from '../trace/late.ts'

/** SCTP's handshake and chunks, for labs that speak it. */
export const sctp = new Late(() => import('./sctp.ts'))

/** IPIP, for machines that have such a tunnel. */
export const ipip = new Late(() => import('./ipip.ts'))

/** ARP, for walks that start from empty tables. */
export const arp = new Late(() => import('./arp/part.ts'))

/** Matches and targets of iptables that few rules have. */
export const rare = new Late(() => import('./iptables/rare.ts'))

/** Packets in pieces: cutting them and putting them together. */
export const fragments = new Late(() => import('./fragment.ts'))

/** ICMP errors and resets, told and heard: for walks that do not arrive. */
export const errors = new Late(() => import('./errors.ts'))
