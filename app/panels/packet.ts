import type { Header, Packet } from '../../src/net/packet.ts'
import { endpointText, flagsText, headerBytes } from '../engine/trace.ts'

export interface Field {
  readonly name: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** One header layer of a packet, before and after a step. */
export interface Layer {
  readonly title: string
  readonly bytes: number
  readonly state: 'same' | 'changed' | 'added' | 'removed'
  readonly fields: readonly Field[]
  /** The head of the packet that an ICMP error complains of. */
  readonly quoted: readonly Layer[]
}

const titleOf = (header: Header): string => {
  switch (header.kind) {
    case 'eth':
      return 'Ethernet'
    case 'ip':
      return `IPv${header.family}`
    case 'tcp':
    case 'udp':
    case 'sctp':
      return header.kind.toUpperCase()
    case 'icmp':
      return 'ICMP'
    case 'vxlan':
      return 'VXLAN'
    case 'arp':
      return 'ARP'
  }
}

/** A header's name for a reader. */
export const headerTitle = (header: Header): string => titleOf(header)

/** The fields of a header as name and text, in the order in which they are shown. */
function fieldsOf(header: Header): readonly (readonly [string, string])[] {
  switch (header.kind) {
    case 'eth':
      return [
        ['src', header.src],
        ['dst', header.dst],
      ]
    case 'ip':
      return [
        ['src', header.src],
        ['dst', header.dst],
        [header.family === 6 ? 'hlim' : 'ttl', `${header.ttl}`],
        ['proto', header.proto],
        ...(header.option === undefined ? [] : ([['option', endpointText(header.option.address, header.option.port)]] as const)),
        ...(header.df === true ? ([['flags', 'DF']] as const) : []),
        ...(header.frag === undefined ? [] : ([['frag', `${header.frag.offset}${header.frag.more ? '+' : ''}`]] as const)),
      ]
    case 'tcp':
      return [
        ['sport', `${header.sport}`],
        ['dport', `${header.dport}`],
        ['flags', flagsText(header.flags)],
        ['seq', `${header.seq}`],
        ['ack', `${header.ack}`],
      ]
    case 'udp':
      return [
        ['sport', `${header.sport}`],
        ['dport', `${header.dport}`],
      ]
    case 'arp':
      return [
        ['op', header.op],
        ['sender', `${header.sender.ip} ${header.sender.mac}`],
        ['target', header.target.ip],
      ]
    case 'sctp':
      return [
        ['sport', `${header.sport}`],
        ['dport', `${header.dport}`],
        ['chunk', header.chunk],
      ]
    case 'icmp':
      return [
        ['type', `${header.type}`],
        ['code', `${header.code}`],
        ...(header.id === undefined ? [] : ([['id', `${header.id}`]] as const)),
        ...(header.seq === undefined ? [] : ([['seq', `${header.seq}`]] as const)),
        ...(header.mtu === undefined ? [] : ([['mtu', `${header.mtu}`]] as const)),
      ]
    case 'vxlan':
      return [['vni', `${header.vni}`]]
  }
}

function layer(before: Header | undefined, after: Header | undefined): Layer {
  const shown = after ?? before
  if (shown === undefined) throw new Error('a layer needs a header')
  const old = new Map(before === undefined ? [] : fieldsOf(before))
  const now = new Map(after === undefined ? [] : fieldsOf(after))
  const fields = [...new Set([...old.keys(), ...now.keys()])].map((name) => ({
    name,
    before: old.get(name),
    after: now.get(name),
  }))
  const state =
    before === undefined ? 'added' : after === undefined ? 'removed' : fields.some((f) => f.before !== f.after) ? 'changed' : 'same'
  const [was, is] = [before && aboutOf(before), after && aboutOf(after)]
  const quoted =
    is === undefined && was === undefined ? [] : layersOf(was && { headers: was, size: 0 }, { headers: is ?? was ?? [], size: 0 })
  return { title: titleOf(shown), bytes: headerBytes(shown), state, fields, quoted }
}

const aboutOf = (header: Header): readonly Header[] | undefined => (header.kind === 'icmp' ? header.about : undefined)

/** Which header became which: same kind at the same place, counted from the inside out, for a tunnel adds headers in front. */
export function aligned(
  before: readonly Header[],
  after: readonly Header[],
): readonly (readonly [before: Header | undefined, after: Header | undefined])[] {
  const pairs: (readonly [Header | undefined, Header | undefined])[] = []
  let b = before.length - 1
  let a = after.length - 1
  while (b >= 0 || a >= 0) {
    const [old, now] = [before[b], after[a]]
    if (old !== undefined && now !== undefined && old.kind === now.kind) {
      pairs.unshift([old, now])
      b -= 1
      a -= 1
    } else if (now !== undefined && (old === undefined || a > b)) {
      pairs.unshift([undefined, now])
      a -= 1
    } else {
      pairs.unshift([old, undefined])
      b -= 1
    }
  }
  return pairs
}

/** Every header layer of a packet, outermost first, before and after a step. */
export function layersOf(before: Packet | undefined, after: Packet): readonly Layer[] {
  if (before === undefined) return after.headers.map((h) => layer(h, h))
  return aligned(before.headers, after.headers).map(([old, now]) => layer(old, now))
}

/** The fields of a header in which another one of its kind differs. */
export function changedFields(before: Header, after: Header): readonly Field[] {
  return layer(before, after).fields.filter((f) => f.before !== f.after)
}

/** `10.96.100.5:80`: the ends of the innermost addressed packet, as people say them. */
export function endsOf(packet: Packet): { readonly src: string; readonly dst: string } | undefined {
  const at = packet.headers.map((h) => h.kind).lastIndexOf('ip')
  const ip = packet.headers[at]
  const l4 = packet.headers[at + 1]
  if (ip?.kind !== 'ip') return undefined
  if (l4 === undefined || !('sport' in l4)) return { src: ip.src, dst: ip.dst }
  return { src: endpointText(ip.src, l4.sport), dst: endpointText(ip.dst, l4.dport) }
}
