import { type Family, type Ip, parseIp } from '../../net/ip.ts'
import type { PortRange, Target } from './ast.ts'
import { type Bag, flag, get, has, type Module, Refusal, value } from './parse-bag.ts'
import { marked, ports } from './parse-values.ts'

/** Reject words in full, with the short ones that iptables also takes; the first is the default. */
const REJECT: Readonly<Record<Family, readonly (readonly string[])[]>> = {
  4: [
    ['icmp-port-unreachable', 'port-unreach'],
    ['icmp-net-unreachable', 'net-unreach'],
    ['icmp-host-unreachable', 'host-unreach'],
    ['icmp-proto-unreachable', 'proto-unreach'],
    ['icmp-net-prohibited', 'net-prohib'],
    ['icmp-host-prohibited', 'host-prohib'],
    ['tcp-reset', 'tcp-rst'],
    ['icmp-admin-prohibited', 'admin-prohib'],
  ],
  6: [
    ['icmp6-port-unreachable', 'port-unreach'],
    ['icmp6-no-route', 'no-route'],
    ['icmp6-adm-prohibited', 'adm-prohibited'],
    ['icmp6-addr-unreachable', 'addr-unreach'],
    ['tcp-reset'],
    ['icmp6-policy-fail', 'policy-fail'],
    ['icmp6-reject-route', 'reject-route'],
  ],
}

function reject(bag: Bag): Target | Refusal {
  const word = get(bag, 'reject-with')?.args[0]
  const known = REJECT[bag.family]
  if (word === undefined) return { kind: 'reject', with: known[0]?.[0] as string, short: true }
  // a beginning of the full name will do (libipt_REJECT compares only as many characters as were given)
  const found = known.find((names) => names.some((n) => n.startsWith(word.text)))
  return found === undefined || word.text === ''
    ? new Refusal(`unknown reject type "${word.text}"`, word)
    : { kind: 'reject', with: found[0] as string }
}

/** ADDRESS, ADDRESS:PORT, [ADDRESS]:PORT, :PORT; a range of addresses has no `address` of ours. */
function destination(to: string): { readonly address?: Ip; readonly ports?: PortRange } {
  const whole = parseIp(to)
  if (whole !== undefined) return { address: whole }
  const m = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::([\d-]+))?$/.exec(to)
  const address = parseIp(m?.[1] ?? m?.[2] ?? '')
  const range = m?.[3] === undefined ? undefined : ports(m[3], '-')
  return { ...(address === undefined ? {} : { address }), ...(range === undefined ? {} : { ports: range }) }
}

function dnat(bag: Bag): Target | Refusal {
  const to = value(bag, 'to-destination')
  if (to === undefined) return new Refusal('DNAT: option "--to-destination" must be specified')
  return { kind: 'dnat', to, ...destination(to), ...flag(bag, 'random', 'random'), ...flag(bag, 'persistent', 'persistent') }
}

function snat(bag: Bag): Target | Refusal {
  const to = value(bag, 'to-source')
  if (to === undefined) return new Refusal('SNAT: option "--to-source" must be specified')
  return { kind: 'snat', to, ...destination(to), ...flag(bag, 'random-fully', 'randomFully') }
}

function toPorts(bag: Bag): { readonly ports?: PortRange } | Refusal {
  const word = get(bag, 'to-ports')?.args[0]
  const range = word && ports(word.text, '-')
  if (word !== undefined && range === undefined) return new Refusal(`Port \`${word.text}' not valid`, word)
  return range === undefined ? {} : { ports: range }
}

/** linux-netfilter.md: --set-mark V/M is --set-xmark V/(M|V); or is V/V, and is 0/~V, xor is V/0. */
function mark(bag: Bag): Target | Refusal {
  const given = bag.given[0]
  const word = given?.args[0]
  const found = marked(word?.text ?? '')
  if (given === undefined || word === undefined) return new Refusal('MARK target: Parameter --set/and/or/xor-mark is required')
  if (found === undefined) return new Refusal(`MARK: bad mark value for option "--${given.option}", or out of range.`, word)
  const { value: v, mask: m } = found
  const option = given.option as 'set-xmark' | 'set-mark' | 'or-mark' | 'and-mark' | 'xor-mark'
  const made = {
    'set-xmark': [v, m],
    'set-mark': [v, (m | v) >>> 0],
    'or-mark': [v, v],
    'and-mark': [0, ~v >>> 0],
    'xor-mark': [v, 0],
  } as const
  const [value, mask] = made[option]
  return { kind: 'mark', value, mask, written: { option, text: word.text } }
}

/** linux-netfilter.md: as MARK; --save-mark and --restore-mark take a mask of each side, or one for both. */
function connmark(bag: Bag): Target | undefined | Refusal {
  const masks = ['nfmask', 'ctmask', 'mask']
  const [given, more] = bag.given.filter((g) => !masks.includes(g.option))
  if (given === undefined) return new Refusal('CONNMARK target: No operation specified')
  if (more !== undefined) return new Refusal('CONNMARK target: Only one operation allowed', more.args[0])
  const all = 0xffffffff
  if (given.option === 'save-mark' || given.option === 'restore-mark') {
    const mask = (name: string): number | undefined => (has(bag, name) ? Number(value(bag, name)) : undefined)
    const both = mask('mask')
    const [nfmask, ctmask] = [mask('nfmask') ?? both ?? all, mask('ctmask') ?? both ?? all]
    if (Number.isNaN(nfmask) || Number.isNaN(ctmask)) return undefined
    return { kind: 'connmark', op: given.option === 'save-mark' ? 'save' : 'restore', nfmask, ctmask }
  }
  const found = marked(given.args[0]?.text ?? '')
  if (found === undefined) return new Refusal(`CONNMARK: bad value for option "--${given.option}"`, given.args[0])
  const [v, m] = [found.value, given.option === 'set-mark' ? (found.mask | found.value) >>> 0 : found.mask]
  const made = { 'set-xmark': [v, m], 'set-mark': [v, m], 'or-mark': [v, v], 'and-mark': [0, ~v >>> 0], 'xor-mark': [v, 0] } as const
  const [set, ctmask] = made[given.option as keyof typeof made]
  return { kind: 'connmark', op: 'set', value: set, ctmask }
}

/** NFLOG: the packet is copied to a process and goes on. */
function nflog(bag: Bag): Target {
  const order = ['nflog-prefix', 'nflog-group', 'nflog-range', 'nflog-size', 'nflog-threshold']
  const words = order.flatMap((o) => {
    const word = get(bag, o)?.args[0]
    return word === undefined || (o === 'nflog-group' && word.text === '0') ? [] : [`--${o} ${word.raw}`]
  })
  return { kind: 'log', words: words.join(' '), group: true }
}

const LOG_FLAGS = ['log-tcp-sequence', 'log-tcp-options', 'log-ip-options', 'log-uid', 'log-macdecode']

function log(bag: Bag): Target {
  const prefix = get(bag, 'log-prefix')?.args[0]
  const level = value(bag, 'log-level')
  const words = [
    ...(prefix === undefined ? [] : [`--log-prefix ${prefix.raw}`]),
    ...(level === undefined || level === '4' || level === 'warning' ? [] : [`--log-level ${level}`]),
    ...LOG_FLAGS.filter((f) => has(bag, f)).map((f) => `--${f}`),
  ]
  return { kind: 'log', words: words.join(' ') }
}

export const TARGETS: Readonly<Record<string, Module<Target>>> = {
  REJECT: { options: { 'reject-with': 1 }, make: reject },
  DNAT: { options: { 'to-destination': 1, random: 0, persistent: 0 }, make: dnat },
  SNAT: { options: { 'to-source': 1, 'random-fully': 0 }, other: ['random', 'persistent'], make: snat },
  MASQUERADE: {
    options: { 'to-ports': 1, 'random-fully': 0 },
    other: ['random'],
    make(bag) {
      const range = toPorts(bag)
      return range instanceof Refusal ? range : { kind: 'masquerade', ...range, ...flag(bag, 'random-fully', 'randomFully') }
    },
  },
  REDIRECT: {
    options: { 'to-ports': 1 },
    other: ['random'],
    make(bag) {
      const range = toPorts(bag)
      return range instanceof Refusal ? range : { kind: 'redirect', ...range }
    },
  },
  MARK: { options: { 'set-xmark': 1, 'set-mark': 1, 'or-mark': 1, 'and-mark': 1, 'xor-mark': 1 }, make: mark },
  LOG: { options: { 'log-prefix': 1, 'log-level': 1, ...Object.fromEntries(LOG_FLAGS.map((f) => [f, 0])) }, make: log },
  CONNMARK: {
    options: {
      ...{ 'set-xmark': 1, 'set-mark': 1, 'or-mark': 1, 'and-mark': 1, 'xor-mark': 1 },
      ...{ 'save-mark': 0, 'restore-mark': 0, nfmask: 1, ctmask: 1, mask: 1 },
    },
    make: connmark,
  },
  NFLOG: {
    options: { 'nflog-prefix': 1, 'nflog-group': 1, 'nflog-range': 1, 'nflog-size': 1, 'nflog-threshold': 1 },
    make: nflog,
  },
  NOTRACK: { options: {}, make: () => ({ kind: 'notrack' }) },
  CT: {
    options: { notrack: 0 },
    other: ['zone', 'zone-orig', 'zone-reply', 'helper', 'timeout', 'ctevents', 'expevents'],
    make: (bag) => (has(bag, 'notrack') ? { kind: 'notrack', ct: true } : undefined),
  },
}

/** Target extensions of iptables 1.8.9 that we do not model. Any other word after -j is a chain. */
export const OTHER_TARGETS: readonly string[] =
  'AUDIT CHECKSUM CLASSIFY CLUSTERIP CONNSECMARK DNPT DSCP ECN HL HMARK IDLETIMER LED NETMAP NFQUEUE QUEUE RATEEST SECMARK SET SNPT SYNPROXY TCPMSS TCPOPTSTRIP TEE TOS TPROXY TRACE TTL ULOG'.split(
    ' ',
  )
