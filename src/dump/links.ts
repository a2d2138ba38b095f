import type { Link } from '../kernel/machine.ts'
import { parseCidr } from '../net/cidr.ts'
import { type Cidr, type Ip, type Mac, parseIp } from '../net/ip.ts'
import type { DumpLine } from './lines.ts'
import type { Reading } from './reading.ts'

/** An interface as `ip addr` and `ip link` show it; what a line does not tell is absent. */
export interface DumpedLink {
  readonly dev: string
  readonly ifindex: number
  readonly line: number
  mtu?: number
  up: boolean
  mac?: Mac
  addrs?: Cidr[]
  master?: string
  /** Behind the @: `if3`, or a device of this machine. */
  readonly beside?: string
  kind?: Link['kind']
  vni?: number
  local?: Ip
  underlay?: string
  dstport?: number
  hairpin?: boolean
  isolated?: boolean
  flags?: string[]
}

const HEAD = /^(\d+): ([^\s:@]+)(?:@([^\s:]+))?: <([^>]*)>(.*)$/
const BRIEF = /^([\w.-]+)(?:@([\w.-]+))? +(UP|DOWN|UNKNOWN|LOWERLAYERDOWN)\b(.*)$/
const KINDS: ReadonlyMap<string, Link['kind']> = new Map([
  ['veth', 'veth'],
  ['bridge', 'bridge'],
  ['vxlan', 'vxlan'],
  ['ipip', 'ipip'],
  ['dummy', 'dummy'],
])

/** Reads `ip addr`, `ip link`, both also with -d, and `bridge link`. */
export class LinkReader {
  readonly links = new Map<string, DumpedLink>()
  /** `ip addr` was read: a link without addresses has none. */
  addresses = false
  /** The output shows all interfaces, lo among them: others are not there. `bridge link` and `ip addr show DEV` list some. */
  get whole(): boolean {
    return this.links.has('lo')
  }
  private readonly reading: Reading
  private now: DumpedLink | undefined

  constructor(reading: Reading) {
    this.reading = reading
  }

  line(line: DumpLine, kind: 'ip link' | 'bridge link'): void {
    const text = this.reading.lineText(line)
    const head = HEAD.exec(text)
    const brief = BRIEF.exec(text)
    if (head !== null) this.head(line, head, kind)
    else if (brief !== null && kind === 'ip link') this.brief(line, brief)
    else if (this.now !== undefined) this.more(this.now, text, line)
  }

  /** `ip -br addr` and `ip -br link`: one line an interface. */
  private brief(line: DumpLine, [, dev = '', beside, state = '', rest = '']: RegExpExecArray): void {
    const link: DumpedLink = this.links.get(dev) ?? {
      dev,
      ifindex: 0,
      line: line.number,
      up: state !== 'DOWN',
      ...(beside ? { beside } : {}),
    }
    if (dev === 'lo') link.kind = 'loopback'
    this.links.set(dev, link)
    for (const word of rest.trim().split(/\s+/)) {
      if (/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(word)) link.mac = word as Mac
      else if (word.includes('/')) this.address(link, ['inet', word], line)
    }
  }

  private head(line: DumpLine, head: RegExpExecArray, kind: 'ip link' | 'bridge link'): void {
    const [, index = '0', dev = '', beside, flags = '', rest = ''] = head
    const words = rest.trim().split(/\s+/)
    const after = (word: string): string | undefined => {
      const at = words.indexOf(word)
      return at < 0 ? undefined : words[at + 1]
    }
    const has = new Set(flags.split(','))
    const old = this.links.get(dev)
    const link: DumpedLink = old ?? {
      dev,
      ifindex: Number(index),
      line: line.number,
      up: has.has('UP'),
      // `bridge link` shows the bridge's own device there, not the peer
      ...(beside === undefined || kind === 'bridge link' ? {} : { beside }),
    }
    const [mtu, master] = [after('mtu'), after('master')]
    if (mtu !== undefined) link.mtu = Number(mtu)
    if (master !== undefined) link.master = master
    if (has.has('LOOPBACK')) link.kind = 'loopback'
    this.links.set(dev, link)
    this.now = link
  }

  private more(link: DumpedLink, text: string, line: DumpLine): void {
    const words = text.split(/\s+/)
    const [first = '', second = ''] = words
    if (first.startsWith('link/')) {
      if (/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(second)) link.mac = second.toLowerCase() as Mac
      if (first === 'link/ipip') link.kind = 'ipip'
    } else if (first === 'inet' || first === 'inet6') this.address(link, words, line)
    else if (KINDS.has(first)) {
      link.kind = KINDS.get(first) as Link['kind']
      if (first === 'vxlan') vxlan(link, words)
    } else if (first === 'bridge_slave' || first === 'hairpin') {
      link.hairpin = words[words.indexOf('hairpin') + 1] === 'on'
      if (words.includes('isolated')) link.isolated = words[words.indexOf('isolated') + 1] === 'on'
    }
  }

  private address(link: DumpedLink, words: readonly string[], line: DumpLine): void {
    this.addresses = true
    const text = words[1] ?? ''
    const peer = words[2] === 'peer' ? words[3] : undefined
    const length = peer?.includes('/') === true && !text.includes('/') ? peer.slice(peer.indexOf('/')) : ''
    const bits = text.includes('/') || length !== '' ? '' : text.includes(':') ? '/128' : '/32'
    const found = parseCidr(`${text}${length}${bits}`)
    if (found === undefined) {
      this.reading.tell('error', 'dump-refused', { tool: 'ip addr', text: 'any valid prefix is expected', token: text }, line, {
        at: this.reading.lineText(line).indexOf(text),
        length: text.length,
      })
      return
    }
    link.addrs = [...(link.addrs ?? []), found]
  }
}

/** `vxlan id 1 local 192.168.10.11 dev eth0 srcport 0 0 dstport 8472 nolearning …`, of `ip -d link`. */
function vxlan(link: DumpedLink, words: readonly string[]): void {
  const after = (word: string): string | undefined => (words.includes(word) ? words[words.indexOf(word) + 1] : undefined)
  const [vni, local, underlay, dstport] = [after('id'), parseIp(after('local') ?? ''), after('dev'), after('dstport')]
  if (vni !== undefined) link.vni = Number(vni)
  if (local !== undefined) link.local = local
  if (underlay !== undefined) link.underlay = underlay
  if (dstport !== undefined) link.dstport = Number(dstport)
  if (words.includes('nolearning')) link.flags = ['nolearning']
}
