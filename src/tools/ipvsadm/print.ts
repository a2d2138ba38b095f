import { portName } from '../../kernel/iptables/parse-services.ts'
import { type Dest, destKey, keyOf, type Virtual, type VirtualName, type Virtuals } from '../../kernel/ipvs/ast.ts'
import { isSix, netmaskText, partOf } from '../../kernel/ipvs/print.ts'
import type { IpvsConn, IpvsStats } from '../../kernel/ipvs/state.ts'
import { isActive } from '../../kernel/ipvs/states.ts'
import { type Ip, v4Number } from '../../net/ip.ts'
import { endpointText } from '../../net/message.ts'

const SECOND = 1_000_000_000
const NUMBERS = { tcp: 6, udp: 17, sctp: 132 } as const
const FORWARDS = { masq: 'Masq', route: 'Route', tunnel: 'Tunnel' } as const

/** IPv4 as a signed number of 32 bits, as ipvsadm 1.31 compares them: 128.0.0.0 and above come first. IPv6 by its bytes. */
function compareAddress(a: Ip, b: Ip): number {
  const [x, y] = [v4Number(a), v4Number(b)]
  if (x !== undefined && y !== undefined) return (x | 0) - (y | 0)
  return a < b ? -1 : a > b ? 1 : 0
}

function compareNames(a: VirtualName, b: VirtualName): number {
  if ('mark' in a || 'mark' in b) return ('mark' in a ? a.mark : 0) - ('mark' in b ? b.mark : 0)
  const six = Number(isSix(a)) - Number(isSix(b))
  return six || NUMBERS[a.proto] - NUMBERS[b.proto] || compareAddress(a.address, b.address) || a.port - b.port
}

/** Virtual servers in the order of ipvsadm's lists. */
export const virtualsInOrder = (virtuals: Virtuals): readonly Virtual[] =>
  [...virtuals.values()].sort((a, b) => compareNames(a.name, b.name))

/** Real servers in the order of ipvsadm's lists. */
export const serversInOrder = (v: Virtual): readonly Dest[] =>
  [...v.dests].sort((a, b) => compareAddress(a.address, b.address) || a.port - b.port)

export const sorted = (virtuals: Virtuals): readonly Virtual[] => virtualsInOrder(virtuals).map((v) => ({ ...v, dests: serversInOrder(v) }))

/** address:port, with the port's name unless -n. */
export function endText(address: Ip, port: number, numeric: boolean): string {
  return numeric ? endpointText(address, port) : endpointText(address, 0).replace(/0$/, portName(port))
}

export const nameText = (name: VirtualName, numeric: boolean): string =>
  'mark' in name
    ? `FWM  ${name.mark}${name.family === 6 ? ' IPv6' : ''}`
    : `${name.proto.toUpperCase().padEnd(4)} ${endText(name.address, name.port, numeric)}`

export function serviceText(v: Virtual, numeric: boolean): string {
  const mask = partOf(v) ? ` mask ${netmaskText(v.netmask as number, isSix(v.name))}` : ''
  return [
    `${nameText(v.name, numeric)} ${v.scheduler}`,
    ...(v.flags.length > 0 ? [`(${v.flags.join(',')})`] : []),
    ...(v.persistent === undefined ? [] : [`persistent ${v.persistent}${mask}`]),
    ...(v.engine === undefined ? [] : [`pe ${v.engine}`]),
    ...(v.onePacket ? ['ops'] : []),
  ].join(' ')
}

/** Connections of one real server as the kernel counts them. */
export function loadIn(
  conns: readonly IpvsConn[],
  v: Virtual,
  d: Dest,
): { readonly active: number; readonly inactive: number; readonly persistent: number } {
  const mine = conns.filter((c) => c.service === keyOf(v.name) && c.dest === destKey(d))
  const active = mine.filter((c) => !c.template && isActive(c.proto, c.state)).length
  const persistent = mine.filter((c) => c.template).length
  return { active, inactive: mine.length - active - persistent, persistent }
}

export function serverRow(d: Dest, load: ReturnType<typeof loadIn>, numeric: boolean): string {
  const end = endText(d.address, d.port, numeric).padEnd(28)
  const counts = `${`${load.active}`.padEnd(10)} ${`${load.inactive}`.padEnd(10)}`
  return `  -> ${end} ${FORWARDS[d.forward].padEnd(7)} ${`${d.weight}`.padEnd(6)} ${counts}`
}

export function persistentRow(d: Dest, load: ReturnType<typeof loadIn>, numeric: boolean): string {
  const end = endText(d.address, d.port, numeric).padEnd(28)
  const counts = `${`${load.persistent}`.padEnd(11)} ${`${load.active}`.padEnd(10)} ${`${load.inactive}`.padEnd(10)}`
  return `  -> ${end} ${`${d.weight}`.padEnd(9)} ${counts}`
}

/** print_largenum: nine columns, with K, M or G from 100 million on unless --exact. */
function large(n: number, exact: boolean): string {
  if (exact || n < 100_000_000) return `${n}`.padStart(Math.max(9, `${n}`.length + 1))
  const [by, unit] = n < 1e9 ? ([1e3, 'K'] as const) : n < 1e11 ? ([1e6, 'M'] as const) : ([1e9, 'G'] as const)
  return `${`${Math.trunc(n / by)}`.padStart(8)}${unit}`
}

export function statsRow(name: string, s: IpvsStats | undefined, exact: boolean): string {
  const numbers = [s?.conns ?? 0, s?.inPkts ?? 0, s?.outPkts ?? 0, s?.inBytes ?? 0, s?.outBytes ?? 0]
  return `${name.padEnd(33)}${numbers.map((n) => large(n, exact)).join('')}`
}

/** One line of `ipvsadm -Lc`. A template of a mark has the mark in the virtual server's place. */
export function connLine(c: IpvsConn, now: number, numeric: boolean): string {
  const left = Math.max(0, Math.floor((c.expires - now) / SECOND))
  const two = (n: number): string => `${n}`.padStart(2, '0')
  const mark = /^fwmark (\d+)$/.exec(c.vaddr)?.[1]
  return [
    (mark === undefined ? c.proto.toUpperCase() : 'IP').padEnd(3),
    `${two(Math.floor(left / 60))}:${two(left % 60)}`.padEnd(6),
    c.state.padEnd(11),
    endText(c.caddr, c.cport, numeric).padEnd(18),
    (mark === undefined ? endText(c.vaddr, c.vport, numeric) : `${mark}`).padEnd(18),
    endText(c.daddr, c.dport, numeric),
  ].join(' ')
}
