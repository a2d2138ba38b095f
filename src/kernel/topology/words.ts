import { cidr, hostCidr } from '../../net/cidr.ts'
import { bitsOf, type Cidr, familyOf, ip, type Mac } from '../../net/ip.ts'
import type { FdbEntry, Neighbour, Route } from '../machine.ts'
import type { Op } from '../op.ts'

type Words = Readonly<Record<string, string>>

/** Options that stand alone; all others of these commands take a value. */
const ALONE: ReadonlySet<string> = new Set(['onlink', 'permanent', 'self', 'master', 'static'])

function options(words: readonly string[]): Words {
  const out: Record<string, string> = {}
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string
    out[word] = ALONE.has(word) ? '' : (words[++i] ?? '')
  }
  return out
}

const NO_HOP: Readonly<Record<string, Route['type']>> = {
  local: 'local',
  broadcast: 'broadcast',
  blackhole: 'blackhole',
  unreachable: 'unreachable',
  prohibit: 'prohibit',
  throw: 'throw',
  unicast: 'unicast',
}
const SCOPES: Readonly<Record<string, Route['scope']>> = { global: 'global', link: 'link', host: 'host' }
const ROUTE_OPTIONS: ReadonlySet<string> = new Set(['via', 'dev', 'table', 'proto', 'scope', 'src', 'metric', 'onlink', 'mtu'])

function destination(word: string, via: string | undefined): Cidr {
  if (word === 'default') return cidr(via?.includes(':') ? '::/0' : '0.0.0.0/0')
  return word.includes('/') ? cidr(word) : hostCidr(ip(word))
}

/** The words after `ip route add`. Throws on a word that it does not know: a route that is half understood is a wrong route. */
export function parseRoute(text: string): Extract<Op, { do: 'route' }>['route'] {
  const words = text.trim().split(/\s+/)
  const type = NO_HOP[words[0] ?? '']
  const [dst = '', ...more] = type === undefined ? words : words.slice(1)
  const o = options(more)
  for (const word of Object.keys(o)) if (!ROUTE_OPTIONS.has(word)) throw new Error(`ip route: unknown word ${word} in: ${text}`)
  const scope = SCOPES[o['scope'] ?? '']
  return {
    dst: destination(dst, o['via']),
    ...(type === undefined ? {} : { type }),
    ...(o['via'] === undefined ? {} : { via: ip(o['via']) }),
    ...(o['dev'] === undefined ? {} : { dev: o['dev'] }),
    ...(o['table'] === undefined ? {} : { table: o['table'] }),
    ...(o['proto'] === undefined ? {} : { protocol: o['proto'] }),
    ...(scope === undefined ? {} : { scope }),
    ...(o['src'] === undefined ? {} : { src: ip(o['src']) }),
    ...(o['metric'] === undefined ? {} : { metric: Number(o['metric']) }),
    ...(o['onlink'] === undefined ? {} : { onlink: true }),
    ...(o['mtu'] === undefined ? {} : { mtu: Number(o['mtu']) }),
  }
}

/** The route as words after `ip route add`; parseRoute reads them back to the same route. */
export function routeWords(r: Route): string {
  const full = bitsOf(familyOf(r.dst))
  const v6 = familyOf(r.dst) === 6
  const dst =
    r.dst.endsWith('/0') && !(v6 && r.via === undefined)
      ? 'default'
      : r.dst.endsWith(`/${full}`) && r.dev !== undefined && r.via === undefined
        ? r.dst.slice(0, r.dst.indexOf('/'))
        : r.dst
  const words: string[] = r.type === 'unicast' ? [dst] : [r.type, dst]
  if (r.via !== undefined) words.push('via', r.via)
  if (r.dev !== undefined) words.push('dev', r.dev)
  if (r.onlink) words.push('onlink')
  if (r.table !== 'main') words.push('table', r.table)
  if (r.protocol !== 'boot') words.push('proto', r.protocol)
  if (r.scope !== 'global') words.push('scope', r.scope)
  if (r.src !== undefined) words.push('src', r.src)
  if (r.metric !== (v6 ? 1024 : 0)) words.push('metric', String(r.metric))
  if (r.mtu !== undefined) words.push('mtu', String(r.mtu))
  return words.join(' ')
}

/** The words after `ip neigh add`. */
export function parseNeighbour(text: string): Neighbour {
  const [address = '', ...more] = text.trim().split(/\s+/)
  const o = options(more)
  const mac = o['lladdr']
  return {
    address: ip(address),
    dev: o['dev'] ?? '',
    state: (o['nud'] ?? 'permanent').toUpperCase(),
    ...(mac === undefined ? {} : { mac: mac as Mac }),
  }
}

export const neighbourWords = (n: Neighbour): string =>
  `${n.address}${n.mac === undefined ? '' : ` lladdr ${n.mac}`} dev ${n.dev} nud ${n.state.toLowerCase()}`

/** The words after `bridge fdb`: `append MAC dev DEV dst IP self permanent`. */
export function parseFdb(text: string): FdbEntry {
  const [, mac = '', ...more] = text.trim().split(/\s+/)
  const o = options(more)
  const flags = ['self', 'master', 'permanent', 'static'].filter((f) => o[f] !== undefined)
  return { mac: mac as Mac, dev: o['dev'] ?? '', flags, ...(o['dst'] === undefined ? {} : { dst: ip(o['dst']) }) }
}

export const fdbWords = (f: FdbEntry): string =>
  `append ${f.mac} dev ${f.dev}${f.dst === undefined ? '' : ` dst ${f.dst}`} ${f.flags.join(' ')}`
