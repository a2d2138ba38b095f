import { describe, expect, test } from 'vitest'
import { connect, type Little, lab, lastPacket, send, told, tracked } from '../../testing/kernel-lab.ts'
import type { Journey } from '../../trace/journey.ts'
import { parseIpset } from '../ipset/parse.ts'
import { noSets, withIpsets } from '../ipset/sets.ts'
import type { Machines, Netns } from '../machine.ts'
import { Moment } from '../moment.ts'
import { connsOf, loadOf } from './conn.ts'
import { parseIpvs } from './parse.ts'
import { noVirtuals, withIpvs } from './table.ts'

const ON = { 'net/ipv4/ip_forward': 1, 'net/ipv6/conf/all/forwarding': 1, 'net/ipv4/vs/conntrack': 1 }
const NAT = '*nat\n-A PREROUTING -i nowhere -j ACCEPT\nCOMMIT\n'
const MASQ = '*nat\n-A POSTROUTING -d 10.1.0.0/16 -j MASQUERADE\nCOMMIT\n'
const WEB = ['-A -t 10.96.0.1:80 -s rr', '-a -t 10.96.0.1:80 -r 10.1.0.1:8080 -m']
const SYN = 'tcp 10.0.0.1:4000 > 10.96.0.1:80 [S]'

interface World {
  readonly ipvs?: readonly string[]
  readonly ipset?: readonly string[]
  readonly node?: Partial<Little>
}

/** client - node with virtual servers - two servers on one wire of the node. */
function world({ ipvs = WEB, ipset = [], node = {} }: World = {}): Machines {
  const server = (n: number): Little => ({
    name: `s${n}`,
    kind: 'pod',
    links: [{ dev: 'eth0', kind: 'veth', addrs: [`10.1.${n - 1}.1/24`, `fd0${n}::1/64`], peer: ['n', `eth${n}`] }],
    routes: [`default via 10.1.${n - 1}.254`, `::/0 via fd0${n}::fe`],
    listens: ['tcp 8080', 'udp 5353', 'sctp 3868'],
  })
  const machines = lab([
    {
      name: 'c',
      kind: 'client',
      links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.0.0.1/24', 'fd00::1/64'], peer: ['n', 'eth0'] }],
      routes: ['default via 10.0.0.254', '::/0 via fd00::fe'],
    },
    {
      name: 'n',
      kind: 'node',
      links: [
        { dev: 'eth0', kind: 'veth', addrs: ['10.0.0.254/24', 'fd00::fe/64'], peer: ['c', 'eth0'] },
        { dev: 'eth1', kind: 'veth', addrs: ['10.1.0.254/24', 'fd01::fe/64'], peer: ['s1', 'eth0'] },
        { dev: 'eth2', kind: 'veth', addrs: ['10.1.1.254/24', 'fd02::fe/64'], peer: ['s2', 'eth0'] },
        { dev: 'kube-ipvs0', kind: 'dummy', addrs: ['10.96.0.1/32', 'fd96::1/128'], up: false },
      ],
      sysctls: ON,
      rules: NAT,
      rules6: NAT,
      listens: ['tcp 9090'],
      ...node,
    },
    server(1),
    server(2),
  ])
  const virtuals = parseIpvs(ipvs.join('\n'), 'ipvs')
  const sets = parseIpset(ipset.join('\n'), 'ipset')
  expect([...virtuals.problems, ...sets.problems]).toEqual([])
  const held = { ipvs: withIpvs(noVirtuals, virtuals.commands), ipsets: withIpsets(noSets, sets.commands) }
  const table = new Map(machines.names.map((n) => [n, machines.netns(n) as Netns]))
  table.set('n', { ...(table.get('n') as Netns), ...held })
  return { ...machines, netns: (name) => table.get(name) }
}

/** The steps of a journey on the node. */
const onNode = (journey: Journey | undefined): readonly string[] =>
  told(journey).filter((t) => t.startsWith('n ') && !/ (rx|tx) | neighbour /.test(t))
const journeys = (list: readonly Journey[]): readonly string[] => list.map((j) => `${j.title} | ${told(j).at(-1)}`)

describe('a request is taken out of INPUT and sent on', () => {
  test('through OUTPUT and POSTROUTING, never FORWARD; one hop less; conntrack knows the server and tells of no NAT', () => {
    const moment = new Moment()
    const { journeys: list } = send(world(), 'c', SYN, moment)
    expect(onNode(list[0])).toEqual([
      'n prerouting',
      'n conntrack new',
      'n PREROUTING policy accept',
      'n route 10.96.0.1 local 10.96.0.1 dev kube-ipvs0 proto kernel scope host src 10.96.0.1',
      'n input',
      'n dst 10.96.0.1:80 -> 10.1.0.1:8080',
      'n route 10.1.0.1 10.1.0.0/24 dev eth1 proto kernel scope link src 10.1.0.254',
      'n ttl 63',
      'n output',
      'n postrouting',
      'n POSTROUTING policy accept',
      'n conntrack confirmed',
    ])
    expect(lastPacket(list[0])).toBe('tcp 10.0.0.1:4000 > 10.1.0.1:8080 [S] ttl=63')
    // the answer passes FORWARD and gets the virtual address back there; a client that sent by hand refuses it
    expect(onNode(list[1]).slice(-5)).toEqual([
      'n ttl 63',
      'n forward',
      'n undo src 10.1.0.1:8080 -> 10.96.0.1:80',
      'n postrouting',
      'n conntrack changed',
    ])
    expect(tracked(moment, 'n')).toEqual([
      expect.stringMatching(/^tcp 10\.0\.0\.1:4000>10\.96\.0\.1:80 10\.1\.0\.1:8080>10\.0\.0\.1:4000 /),
    ])
    expect([...(moment.conntrack.get('n')?.values() ?? [])].some((e) => e.status.has('DST_NAT'))).toBe(false)
  })

  test.each([
    ['tcp', '10.96.0.1:80', WEB],
    ['udp', '10.96.0.1:53', ['-A -u 10.96.0.1:53 -s rr', '-a -u 10.96.0.1:53 -r 10.1.0.1:5353 -m']],
    ['sctp', '10.96.0.1:3868', ['-A --sctp-service 10.96.0.1:3868 -s rr', '-a --sctp-service 10.96.0.1:3868 -r 10.1.0.1:3868 -m']],
    ['tcp', '[fd96::1]:80', ['-A -t [fd96::1]:80 -s rr', '-a -t [fd96::1]:80 -r [fd01::1]:8080 -m']],
  ] as const)('%s to %s is answered', (proto, to, ipvs) => {
    const { result } = connect(world({ ipvs }), 'c', proto, to)
    expect(result).toBe(proto === 'udp' ? 'data' : 'connected')
  })

  test('a process of the node: taken out of OUTPUT, and out of it again', () => {
    const { result, journeys: list } = connect(world({ node: { rules: MASQ } }), 'n', 'tcp', '10.96.0.1:80')
    expect(result).toBe('connected')
    expect(onNode(list[0]).filter((t) => !/conntrack|policy|MASQ|POSTROUTING/.test(t))).toEqual([
      'n socket send',
      'n route 10.96.0.1 local 10.96.0.1 dev kube-ipvs0 proto kernel scope host src 10.96.0.1',
      'n output',
      'n dst 10.96.0.1:80 -> 10.1.0.1:8080',
      'n route 10.1.0.1 10.1.0.0/24 dev eth1 proto kernel scope link src 10.1.0.254',
      'n ttl 63',
      'n output',
      'n postrouting',
      expect.stringMatching(/^n src 10\.96\.0\.1:\d+ -> 10\.1\.0\.254:\d+$/),
    ])
  })

  test('a server of the node itself gets it without leaving INPUT; its answer is changed in OUTPUT', () => {
    const local = ['-A -t 10.96.0.1:80 -s rr', '-a -t 10.96.0.1:80 -r 10.0.0.254:9090 -m']
    const { result, journeys: list } = connect(world({ ipvs: local }), 'c', 'tcp', '10.96.0.1:80')
    expect(result).toBe('connected')
    expect(onNode(list[0]).slice(-5)).toEqual([
      'n input',
      'n dst 10.96.0.1:80 -> 10.0.0.254:9090',
      'n INPUT policy accept',
      'n conntrack confirmed',
      'n socket receive',
    ])
    expect(lastPacket(list[0])).toBe(`${list[0]?.title.replace('10.96.0.1:80', '10.0.0.254:9090')} ttl=64`)
    expect(onNode(list[1])).toContain('n undo src 10.0.0.254:9090 -> 10.96.0.1:80')
    // the node's own program too: over lo
    expect(connect(world({ ipvs: local }), 'n', 'tcp', '10.96.0.1:80').result).toBe('connected')
  })

  test('net.ipv4.vs.conntrack off: the entry is let go, so nothing is masqueraded', () => {
    const moment = new Moment()
    const { journeys: list } = send(world({ node: { rules: MASQ, sysctls: { ...ON, 'net/ipv4/vs/conntrack': 0 } } }), 'c', SYN, moment)
    expect(lastPacket(list[0])).toBe('tcp 10.0.0.1:4000 > 10.1.0.1:8080 [S] ttl=63')
    expect(tracked(moment, 'n').filter((t) => t.includes('10.96.0.1:80 '))).toEqual([])
  })
})

test('direct routing: the packet leaves as it came, for the server’s link-layer address; the next one goes the same way', () => {
  const direct = [WEB[0] as string, '-a -t 10.96.0.1:80 -r 10.1.0.1 -g', '-a -t 10.96.0.1:80 -r 10.1.1.1 -g']
  const moment = new Moment()
  const machines = world({ ipvs: direct, node: { rules: MASQ, sysctls: { ...ON, 'net/ipv4/vs/conntrack': 0 } } })
  const { journeys: list } = send(machines, 'c', SYN, moment)
  expect(list[0]?.events.flatMap((e) => (e.kind === 'process' ? e.what : []))).toEqual([
    expect.stringMatching(/^TCP 10\.96\.0\.1:80 -> 10\.1\.[01]\.1 \(rr\)$/),
  ])
  expect(onNode(list[0]).filter((t) => /->/.test(t))).toEqual([])
  expect(lastPacket(list[0])).toBe('tcp 10.0.0.1:4000 > 10.96.0.1:80 [S] ttl=63')
  const first = told(list[0]).at(-1)
  expect(first).toMatch(/dropped: not-forwarding$/)
  const again = send(machines, 'c', SYN.replace('[S]', '[A]'), moment).journeys[0]
  expect(again?.events.at(-1)?.at.netns).toBe(list[0]?.events.at(-1)?.at.netns)
  expect(tracked(moment, 'n').filter((t) => t.includes('10.96.0.1:80 '))).toEqual([])
})

describe('when no server takes it', () => {
  test.each([
    ['none', WEB.slice(0, 1)],
    ['all at weight 0', [...WEB.slice(0, 1), `${WEB[1]} -w 0`]],
  ])('%s: port unreachable from the virtual address', (_, ipvs) => {
    const { journeys: list } = send(world({ ipvs }), 'c', SYN)
    expect(journeys(list).slice(0, 2)).toEqual([
      'tcp 10.0.0.1:4000 > 10.96.0.1:80 [S] | dropped: no-destination',
      'icmp 10.96.0.1 > 10.0.0.1 3/3 | delivered to kernel',
    ])
    expect(connect(world({ ipvs }), 'c', 'tcp', '10.96.0.1:80').result).toBe('ECONNREFUSED')
  })

  test('a port without a virtual server is the node’s own', () => {
    expect(connect(world(), 'c', 'tcp', '10.96.0.1:81').result).toBe('ECONNREFUSED')
    expect(connect(world(), 'c', 'tcp', '10.96.0.1:9090').result).toBe('connected')
  })

  test('no route to the server: host unreachable', () => {
    const { journeys: list } = send(world({ ipvs: ['-A -t 10.96.0.1:80 -s rr', '-a -t 10.96.0.1:80 -r 172.16.0.1:80 -m'] }), 'c', SYN)
    expect(journeys(list)[0]).toMatch(/dropped: no-route$/)
    expect(list[1]?.title).toBe('icmp 10.96.0.1 > 10.0.0.1 3/1')
  })

  test('too many hops, or too big for the way', () => {
    expect(send(world(), 'c', `${SYN} ttl=1`).journeys[1]?.title).toBe('icmp 10.96.0.1 > 10.0.0.1 11/0')
    const narrow = world({ ipvs: ['-A -u 10.96.0.1:53 -s rr', '-a -u 10.96.0.1:53 -r 10.1.0.1:5353 -m'] })
    const machines: Machines = {
      ...narrow,
      netns: (name) => {
        const n = narrow.netns(name)
        return n && name === 'n' ? { ...n, links: n.links.map((l) => (l.dev === 'eth1' ? { ...l, mtu: 1000 } : l)) } : n
      },
    }
    expect(send(machines, 'c', 'udp 10.0.0.1:4000 > 10.96.0.1:53 ttl=64 size=1200 df').journeys[1]?.title).toMatch(
      /^icmp 10\.96\.0\.1 > 10\.0\.0\.1 3\/4/,
    )
  })

  test('what is not modelled ends the walk', () => {
    const ends = (ipvs: readonly string[], sent = SYN): string | undefined => told(send(world({ ipvs }), 'c', sent).journeys[0]).at(-1)
    expect(ends(['-A -t 10.96.0.1:80 -s lblc', WEB[1] as string])).toBe('unmodelled: IPVS scheduler lblc')
    expect(ends([WEB[0] as string, '-a -t 10.96.0.1:80 -r 10.1.0.1 -i'])).toBe('unmodelled: IPVS forwarding -i')
    expect(ends([`${WEB[0]} --pe sip`, WEB[1] as string])).toBe('unmodelled: IPVS persistence engine sip')
    expect(ends(['-A -u 10.96.0.1:53 -s rr -o', '-a -u 10.96.0.1:53 -r 10.1.0.1 -m'], 'udp 10.0.0.1:1 > 10.96.0.1:53')).toBe(
      'unmodelled: IPVS one-packet scheduling (-o)',
    )
  })
})

describe('connections', () => {
  const two = (line: string): readonly string[] => [
    line,
    '-a -t 10.96.0.1:80 -r 10.1.0.1:8080 -m',
    '-a -t 10.96.0.1:80 -r 10.1.1.1:8080 -m',
  ]
  const goes = (machines: Machines, moment: Moment, from = '10.0.0.1:4000'): string => {
    const sent = send(machines, 'c', SYN.replace('10.0.0.1:4000', from), moment).journeys[0]
    return told(sent).find((t) => t.startsWith('n dst')) ?? told(sent).at(-1) ?? ''
  }
  const TO1 = 'n dst 10.96.0.1:80 -> 10.1.0.1:8080'
  const TO2 = 'n dst 10.96.0.1:80 -> 10.1.1.1:8080'

  test('round robin begins with the server that was added last', () => {
    const [machines, moment] = [world({ ipvs: two('-A -t 10.96.0.1:80 -s rr') }), new Moment()]
    expect([4000, 4001, 4002].map((p) => goes(machines, moment, `10.0.0.1:${p}`))).toEqual([TO2, TO1, TO2])
  })

  test('a walk that is not kept moves nothing', () => {
    const [machines, moment] = [world({ ipvs: two('-A -t 10.96.0.1:80 -s rr') }), new Moment()]
    expect([goes(machines, moment.fork()), goes(machines, moment.fork())]).toEqual([TO2, TO2])
  })

  test('persistence: a client stays for as long as it was told, another client has its turn', () => {
    const [machines, moment] = [world({ ipvs: two('-A -t 10.96.0.1:80 -s rr -p 600') }), new Moment()]
    expect([4000, 4001].map((p) => goes(machines, moment, `10.0.0.1:${p}`))).toEqual([TO2, TO2])
    expect(goes(machines, moment, '10.0.0.2:4000')).toBe(TO1)
    moment.clock += 700e9
    expect(goes(machines, moment, '10.0.0.1:4002')).toBe(TO2)
    expect(goes(machines, moment, '10.0.0.2:4002')).toBe(TO1)
  })

  test('a server at weight 0 keeps its connections and gets no new ones; its template goes with expire_quiescent_template', () => {
    const moment = new Moment()
    const before = world({ ipvs: two('-A -t 10.96.0.1:80 -s rr -p 600') })
    expect(goes(before, moment)).toBe(TO2)
    const quiet = [...two('-A -t 10.96.0.1:80 -s rr -p 600'), '-e -t 10.96.0.1:80 -r 10.1.1.1:8080 -m -w 0']
    const ack = send(world({ ipvs: quiet }), 'c', SYN.replace('[S]', '[A]'), moment.fork()).journeys[0]
    expect(told(ack)).toContain(TO2)
    expect(goes(world({ ipvs: quiet }), moment.fork(), '10.0.0.1:4001')).toBe(TO2)
    const sysctls = { ...ON, 'net/ipv4/vs/expire_quiescent_template': 1 }
    expect(goes(world({ ipvs: quiet, node: { sysctls } }), moment.fork(), '10.0.0.1:4001')).toBe(TO1)
  })

  test('a server that is gone: its connections are dropped, or end for a new choice with expire_nodest_conn', () => {
    const moment = new Moment()
    const udp = (servers: readonly string[]): readonly string[] => [
      '-A -u 10.96.0.1:53 -s rr',
      ...servers.map((s) => `-a -u 10.96.0.1:53 -r ${s}:5353 -m`),
    ]
    const sent = (machines: Machines): string => {
      const [first] = send(machines, 'c', 'udp 10.0.0.1:4000 > 10.96.0.1:53', moment).journeys
      return told(first).find((t) => t.startsWith('n dst')) ?? told(first).at(-1) ?? ''
    }
    expect(sent(world({ ipvs: udp(['10.1.0.1', '10.1.1.1']) }))).toBe('n dst 10.96.0.1:53 -> 10.1.1.1:5353')
    expect(sent(world({ ipvs: udp(['10.1.0.1']) }))).toBe('dropped: no-destination')
    const sysctls = { ...ON, 'net/ipv4/vs/expire_nodest_conn': 1 }
    // the first datagram goes with the old entry of conntrack, the next one finds its way
    expect([1, 2].map(() => sent(world({ ipvs: udp(['10.1.0.1']), node: { sysctls } })))).toEqual([
      'dropped: no-destination',
      'n dst 10.96.0.1:53 -> 10.1.0.1:5353',
    ])
  })

  test('the same ports again after the end: conn_reuse_mode decides who answers', () => {
    const ends = (mode: number): readonly string[] => {
      const sysctls = { ...ON, 'net/ipv4/vs/conn_reuse_mode': mode, 'net/ipv4/vs/conntrack': 0 }
      const [machines, moment] = [world({ ipvs: two('-A -t 10.96.0.1:80 -s rr'), node: { sysctls } }), new Moment()]
      connect(machines, 'c', 'tcp', '10.96.0.1:80', { moment })
      const [conn] = connsOf(moment, 'n')
      send(machines, 'c', `tcp 10.0.0.1:${conn?.cport} > 10.96.0.1:80 [R]`, moment)
      return [conn?.state ?? '', `${conn?.daddr}`, goes(machines, moment, `10.0.0.1:${conn?.cport}`)]
    }
    expect(ends(0)).toEqual(['CLOSE', '10.1.1.1', TO2])
    expect(ends(1)).toEqual(['CLOSE', '10.1.1.1', TO1])
  })

  test('what the schedulers count: SYN_RECV and ESTABLISHED are active, the rest is not', () => {
    const [machines, moment] = [world(), new Moment()]
    connect(machines, 'c', 'tcp', '10.96.0.1:80', { moment })
    const virtual = machines.netns('n')?.ipvs?.get('tcp 10.96.0.1 80')
    const dest = virtual?.dests[0]
    expect(connsOf(moment, 'n').map((c) => c.state)).toEqual(['ESTABLISHED'])
    expect(dest && loadOf(moment, 'n', 'tcp 10.96.0.1 80', dest)).toEqual({ active: 1, inactive: 0, persistent: 0 })
    moment.clock += 901e9
    expect(connsOf(moment, 'n')).toEqual([])
  })

  test('virtual servers of a mark and of every port', () => {
    const mark = '*mangle\n-A PREROUTING -p tcp -m tcp --dport 80:90 -j MARK --set-xmark 0x7/0xffffffff\nCOMMIT\n'
    const fwm = ['-A -f 7 -s rr', '-a -f 7 -r 10.1.0.1:0 -m']
    const sent = (ipvs: readonly string[], to: string, rules = mark): string | undefined =>
      told(send(world({ ipvs, node: { rules } }), 'c', `tcp 10.0.0.1:4000 > ${to} [S]`).journeys[0]).find((t) => t.startsWith('n dst'))
    expect(sent(fwm, '10.96.0.1:85')).toBe('n dst 10.96.0.1:85 -> 10.1.0.1:85')
    expect(sent(fwm, '10.96.0.1:91')).toBeUndefined()
    expect(sent(['-A -t 10.96.0.1:0 -s rr -p 60', '-a -t 10.96.0.1:0 -r 10.1.0.1 -m'], '10.96.0.1:1234', NAT)).toBe(
      'n dst 10.96.0.1:1234 -> 10.1.0.1:1234',
    )
  })
})

describe('ICMP errors', () => {
  test('about a request find back to the client as if the virtual server had sent them', () => {
    // nothing listens on this port of the server
    const udp = ['-A -u 10.96.0.1:53 -s rr', '-a -u 10.96.0.1:53 -r 10.1.0.1:99 -m']
    const { result, journeys: list } = connect(world({ ipvs: udp }), 'c', 'udp', '10.96.0.1:53')
    expect(result).toBe('ECONNREFUSED')
    const error = list.find((j) => j.title.startsWith('icmp'))
    expect(error?.title).toBe('icmp 10.1.0.1 > 10.0.0.1 3/3')
    expect(told(error)).toContain('n undo src 10.1.0.1 -> 10.96.0.1')
    expect(lastPacket(error)).toBe('icmp 10.96.0.1 > 10.0.0.1 3/3 ttl=63')
    expect(connect(world({ ipvs: udp, node: { rules: MASQ } }), 'c', 'udp', '10.96.0.1:53').result).toBe('ECONNREFUSED')
  })
})

describe('rules that ask IPVS and sets', () => {
  const filter = (rule: string): Partial<Little> => ({
    rules: `${NAT}*filter\n-A ${rule} -j DROP\nCOMMIT\n`,
  })
  const result = (rule: string, from = 'c', ipset: readonly string[] = []): string =>
    connect(world({ node: filter(rule), ipset }), from, 'tcp', '10.96.0.1:80', { wait: 0.1 }).result

  test.each([
    ['OUTPUT -m ipvs --vaddr 10.96.0.1 --vproto tcp --vport 80', 'ETIMEDOUT'],
    ['OUTPUT -m ipvs --vaddr 10.96.0.0/16 --vport 81', 'connected'],
    ['OUTPUT -m ipvs --vproto udp', 'connected'],
    ['OUTPUT -m ipvs ! --vproto udp', 'ETIMEDOUT'],
    ['OUTPUT -m ipvs --vmethod MASQ --vdir ORIGINAL', 'ETIMEDOUT'],
    ['OUTPUT -m ipvs --vdir REPLY', 'connected'],
    ['OUTPUT -m ipvs --ipvs', 'ETIMEDOUT'],
    ['INPUT -m ipvs --ipvs', 'connected'],
    ['FORWARD -m ipvs --ipvs', 'connected'],
  ])('%s: %s', (rule, want) => expect(result(rule)).toBe(want))

  const set = ['create S hash:ip,port', 'add S 10.96.0.1,tcp:80']
  test.each([
    ['INPUT -m set --match-set S dst,dst', 'ETIMEDOUT'],
    ['INPUT -m set ! --match-set S dst,dst', 'connected'],
    ['INPUT -m set --match-set S src,dst', 'connected'],
  ])('%s: %s', (rule, want) => expect(result(rule, 'c', set)).toBe(want))

  test('a set that is not there ends the walk', () => {
    const { journeys: list } = send(world({ node: filter('INPUT -m set --match-set GONE dst') }), 'c', SYN)
    expect(told(list[0]).at(-1)).toBe('unmodelled: ipset GONE (it does not exist here)')
  })
})
