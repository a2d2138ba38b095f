import { parseIp } from '../../net/ip.ts'
import type { AddrType, CtStateWord, Match } from './ast.ts'
import { type Bag, flag, get, has, type Module, notOf, Refusal, value } from './parse-bag.ts'
import { icmpType } from './parse-icmp.ts'
import { SET_MATCHES } from './parse-sets.ts'
import { marked, ports, probability, wholeNumber } from './parse-values.ts'

const STATES: readonly string[] = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT']
const ADDRTYPES: readonly string[] = [
  'LOCAL',
  'UNICAST',
  'BROADCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'ANYCAST',
  'UNSPEC',
]

function states(bag: Bag, option: 'ctstate' | 'state'): Match | Refusal {
  const given = get(bag, option)
  const word = given?.args[0]
  const list = word?.text.toUpperCase().split(',') ?? []
  const bad = list.find((s) => !STATES.includes(s))
  if (given === undefined) return new Refusal(`${bag.name}: At least one option is required`)
  if (bad !== undefined) return new Refusal(`Bad ${option} "${bad}"`, word)
  return { kind: 'conntrack', states: list as CtStateWord[], ...(option === 'state' ? { module: 'state' } : {}), ...notOf(given) }
}

function mark(bag: Bag): Match | Refusal {
  const given = get(bag, 'mark')
  const text = given?.args[0]?.text ?? ''
  const found = marked(text)
  if (given === undefined) return new Refusal('mark: option "--mark" must be specified')
  if (found === undefined) return new Refusal(`mark: bad mark value for option "--mark", or out of range.`, given.args[0])
  const digits = /^0x[0-9a-f]{8}\/0x[0-9a-f]{8}$/.test(text) ? ({ digits: 8 } as const) : {}
  return { kind: 'mark', ...found, ...digits, ...notOf(given) }
}

function connmark(bag: Bag): Match | Refusal {
  const given = get(bag, 'mark')
  const found = marked(given?.args[0]?.text ?? '')
  if (given === undefined) return new Refusal('connmark: option "--mark" must be specified')
  if (found === undefined) return new Refusal(`connmark: bad mark value for option "--mark", or out of range.`, given.args[0])
  return { kind: 'connmark', ...found, ...notOf(given) }
}

function addrtype(bag: Bag): Match | undefined | Refusal {
  const [src, dst] = [get(bag, 'src-type'), get(bag, 'dst-type')]
  if (src === undefined && dst === undefined) return new Refusal('addrtype: you must specify --src-type or --dst-type')
  const word = (g: typeof src): AddrType | undefined => g?.args[0]?.text.toUpperCase() as AddrType | undefined
  if ([src, dst].some((g) => word(g)?.includes(','))) return undefined // a list of types
  const bad = [src, dst].find((g) => g !== undefined && !ADDRTYPES.includes(word(g) ?? ''))
  if (bad !== undefined) return new Refusal(`addrtype: bad type \`${bad.args[0]?.text}'`, bad.args[0])
  return {
    kind: 'addrtype',
    ...(src ? { src: word(src) as AddrType } : {}),
    ...(src?.not ? { notSrc: true } : {}),
    ...(dst ? { dst: word(dst) as AddrType } : {}),
    ...(dst?.not ? { notDst: true } : {}),
    ...flag(bag, 'limit-iface-in', 'limitIn'),
    ...flag(bag, 'limit-iface-out', 'limitOut'),
  }
}

function nth(bag: Bag): Match | Refusal {
  const [given, place] = [get(bag, 'every'), get(bag, 'packet')]
  if (!given || !place) return new Refusal('--every and --packet must be specified when using nth mode')
  if (place.not) return new Refusal('statistic: option "--packet" cannot be inverted.', place.args[0])
  const [every, packet] = [given, place].map((g) => wholeNumber(g.args[0]?.text ?? ''))
  if (every === undefined || every === 0 || every > 0xffffffff)
    return new Refusal('statistic: bad value for option "--every", or out of range (1-4294967295).', given.args[0])
  if (packet === undefined || packet >= every) return new Refusal('the --packet p must be 0 <= p <= n-1', place.args[0])
  return { kind: 'nth', every, packet, ...notOf(given) }
}

function statistic(bag: Bag): Match | undefined | Refusal {
  const mode = value(bag, 'mode')
  if (mode === 'nth') return nth(bag)
  if (mode !== 'random') return new Refusal(mode === undefined ? 'no mode specified' : `Bad mode "${mode}"`, get(bag, 'mode')?.args[0])
  const given = get(bag, 'probability')
  if (given === undefined) return new Refusal('--probability must be specified when using random mode')
  const p = probability(given.args[0]?.text ?? '')
  if (p === undefined) return new Refusal('statistic: bad value for option "--probability", or out of range (0-1).', given.args[0])
  return { kind: 'statistic', probability: p, ...notOf(given) }
}

function multiport(bag: Bag): Match | Refusal {
  const given = bag.given[0]
  if (given === undefined) return new Refusal('multiport: no ports specified')
  const list = (given.args[0]?.text ?? '').split(',').map((p) => ports(p))
  const good = list.filter((p) => p !== undefined)
  if (good.length !== list.length) return new Refusal(`invalid port/service \`${given.args[0]?.text}' specified`, given.args[0])
  return { kind: 'multiport', which: given.option as 'sports' | 'dports' | 'ports', ports: good, ...notOf(given) }
}

function recent(bag: Bag): Match | Refusal {
  const ops = bag.given.filter((g) => ['set', 'rcheck', 'update', 'remove'].includes(g.option))
  const op = ops[0]
  if (op === undefined || ops.length > 1) return new Refusal("recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'")
  const number = (option: string): number | undefined => (has(bag, option) ? wholeNumber(value(bag, option) ?? '') : undefined)
  const [seconds, hitcount] = [number('seconds'), number('hitcount')]
  const mask = parseIp(value(bag, 'mask') ?? (bag.family === 4 ? '255.255.255.255' : 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'))
  if (mask === undefined) return new Refusal(`recent: invalid mask`, get(bag, 'mask')?.args[0])
  return {
    kind: 'recent',
    name: value(bag, 'name') ?? 'DEFAULT',
    op: op.option as 'set' | 'rcheck' | 'update' | 'remove',
    ...(seconds === undefined ? {} : { seconds }),
    ...flag(bag, 'reap', 'reap'),
    ...(hitcount === undefined ? {} : { hitcount }),
    mask,
    side: has(bag, 'rdest') ? 'rdest' : 'rsource',
    ...notOf(op),
  }
}

function physdev(bag: Bag): Match | undefined | Refusal {
  if (bag.given.length === 0) return new Refusal('PHYSDEV: no physdev option specified')
  const not = bag.given.some((g) => g.not)
  if (not && bag.given.length > 1) return undefined // negations of single conditions among several
  const [dev, out] = [value(bag, 'physdev-in'), value(bag, 'physdev-out')]
  return {
    kind: 'physdev',
    ...(dev === undefined ? {} : { in: dev }),
    ...(out === undefined ? {} : { out }),
    ...flag(bag, 'physdev-is-bridged', 'isBridged'),
    ...flag(bag, 'physdev-is-in', 'isIn'),
    ...flag(bag, 'physdev-is-out', 'isOut'),
    ...(not ? { not: true } : {}),
  }
}

function icmp(bag: Bag): Match | Refusal {
  const v6 = bag.name !== 'icmp'
  const given = bag.given[0]
  if (given === undefined) return v6 ? new Refusal('icmp6: option "--icmpv6-type" must be specified') : { kind: 'icmp', type: 'any' }
  const found = icmpType(given.args[0]?.text ?? '', v6)
  if (found === undefined) return new Refusal(`Invalid ICMP${v6 ? 'v6' : ''} type \`${given.args[0]?.text}'`, given.args[0])
  return { kind: 'icmp', ...found, ...(v6 ? { v6: true } : {}), ...notOf(given) }
}

const ICMP6: Module<Match> = { options: { 'icmpv6-type': 1 }, make: icmp }
const CT_OTHER = [
  'ctproto',
  'ctorigsrc',
  'ctorigdst',
  'ctreplsrc',
  'ctrepldst',
  'ctorigsrcport',
  'ctorigdstport',
  'ctreplsrcport',
  'ctrepldstport',
]

/** Match modules whose options end up in one match of ours. tcp, udp and sctp are taken apart in parse-rule.ts. */
export const MATCHES: Readonly<Record<string, Module<Match>>> = {
  comment: {
    options: { comment: 1 },
    make(bag) {
      const word = get(bag, 'comment')?.args[0]
      if (word === undefined) return new Refusal('comment: option "--comment" must be specified')
      const quoted = word.quoted && !/[\s"'\\]/.test(word.text) && word.text !== ''
      return { kind: 'comment', text: word.text, ...(quoted ? { quoted: true } : {}) }
    },
  },
  conntrack: { options: { ctstate: 1 }, other: [...CT_OTHER, 'ctstatus', 'ctexpire', 'ctdir'], make: (bag) => states(bag, 'ctstate') },
  state: { options: { state: 1 }, make: (bag) => states(bag, 'state') },
  mark: { options: { mark: 1 }, make: mark },
  connmark: { options: { mark: 1 }, make: connmark },
  addrtype: { options: { 'src-type': 1, 'dst-type': 1, 'limit-iface-in': 0, 'limit-iface-out': 0 }, make: addrtype },
  statistic: { options: { mode: 1, probability: 1, every: 1, packet: 1 }, make: statistic },
  rpfilter: {
    options: { loose: 0, validmark: 0, 'accept-local': 0, invert: 0 },
    make: (bag) => ({
      kind: 'rpfilter',
      ...flag(bag, 'loose', 'loose'),
      ...flag(bag, 'validmark', 'validmark'),
      ...flag(bag, 'accept-local', 'acceptLocal'),
      ...flag(bag, 'invert', 'not'),
    }),
  },
  multiport: {
    options: { 'sports|source-ports': 1, 'dports|destination-ports': 1, ports: 1 },
    make: multiport,
  },
  recent: {
    options: { name: 1, set: 0, rcheck: 0, update: 0, remove: 0, seconds: 1, reap: 0, hitcount: 1, mask: 1, rsource: 0, rdest: 0 },
    other: ['rttl'],
    make: recent,
  },
  physdev: {
    options: { 'physdev-in': 1, 'physdev-out': 1, 'physdev-is-in': 0, 'physdev-is-out': 0, 'physdev-is-bridged': 0 },
    make: physdev,
  },
  ...SET_MATCHES,
  icmp: { options: { 'icmp-type': 1 }, make: icmp },
  icmp6: ICMP6,
  icmpv6: ICMP6,
}
