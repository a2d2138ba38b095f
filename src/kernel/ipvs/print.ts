import { endpointText } from '../../net/message.ts'
import type { Dest, Virtual, VirtualName } from './ast.ts'

const OPTIONS = { tcp: '-t', udp: '-u', sctp: '--sctp-service' } as const
const FORWARDS = { masq: '-m', route: '-g', tunnel: '-i' } as const

/** `TCP  10.96.0.10:53`, `FWM  1`, as ipvsadm lists it. */
export function virtualText(name: VirtualName): string {
  if ('mark' in name) return `FWM  ${name.mark}${name.family === 6 ? ' IPv6' : ''}`
  return `${name.proto.toUpperCase().padEnd(4)} ${endpointText(name.address, name.port)}`
}

/** The words that name a virtual server on ipvsadm's command line. */
const named = (name: VirtualName): string =>
  'mark' in name ? `-f ${name.mark}${name.family === 6 ? ' -6' : ''}` : `${OPTIONS[name.proto]} ${endpointText(name.address, name.port)}`

/** A mask as `-M` takes it: dots in IPv4. */
export function netmaskText(bits: number, six: boolean): string {
  if (six) return `${bits}`
  const n = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0
  return [24, 16, 8, 0].map((s) => (n >>> s) & 255).join('.')
}

export const isSix = (name: VirtualName): boolean => ('mark' in name ? name.family === 6 : name.address.includes(':'))

/** Whether the mask is not the whole address. */
export const partOf = (v: Virtual): boolean => v.netmask !== undefined && v.netmask !== (isSix(v.name) ? 128 : 32)

/** `-A -t 10.96.0.10:53 -s rr`, as `ipvsadm -Sn` prints it. */
export function serviceLine(v: Virtual): string {
  const words = [`-A ${named(v.name)} -s ${v.scheduler}`]
  if (v.persistent !== undefined) words.push(`-p ${v.persistent}`)
  if (v.persistent !== undefined && partOf(v)) words.push(`-M ${netmaskText(v.netmask as number, isSix(v.name))}`)
  if (v.engine !== undefined) words.push(`--pe ${v.engine}`)
  if (v.onePacket) words.push('-o')
  if (v.flags.length > 0) words.push(`-b ${v.flags.join(',')}`)
  return words.join(' ')
}

/** `-a -t 10.96.0.10:53 -r 10.244.0.2:53 -m -w 1`. */
export function serverLine(v: Virtual, d: Dest): string {
  const limits = `${d.upper > 0 ? ` -x ${d.upper}` : ''}${d.lower > 0 ? ` -y ${d.lower}` : ''}`
  return `-a ${named(v.name)} -r ${endpointText(d.address, d.port)} ${FORWARDS[d.forward]} -w ${d.weight}${limits}`
}
