import { describe, expect, test } from 'vitest'
import { ip } from '../net/ip.ts'
import { ipOf, l4Of, type Packet } from '../net/packet.ts'
import { printPacket } from '../net/print.ts'
import { icmpAbout, packet, tracked } from '../testing/kernel-lab.ts'
import { hashLuck, type Luck } from '../trace/luck.ts'
import { newNetns } from './apply.ts'
import { confirm, entryOf, track } from './conntrack.ts'
import type { CtEntry } from './moment.ts'
import { Moment } from './moment.ts'
import { bind, endOf, type Manip, rewrites, translate, type Wanted } from './nat.ts'

const netns = newNetns('n', 'node')
const luck = hashLuck(1)
/** Luck that draws these ports, one after the other. */
const draws = (...ports: number[]): Luck => ({ ...luck, number: () => ports.shift() as number })

type Bindings = Partial<Record<Manip, Wanted>>

/** The first packet of a connection, with what the rules say. */
function open(moment: Moment, what: string | Packet, wanted: Bindings, dice: Luck = luck): CtEntry {
  const found = track(moment, netns, { packet: typeof what === 'string' ? packet(what) : what, mark: 0 })
  const entry = found && entryOf(moment, 'n', found.skb)
  if (!found || !entry) throw new Error('no entry')
  for (const manip of ['dst', 'src'] as const) bind(moment, 'n', entry, manip, wanted[manip], dice)
  confirm(moment, 'n', found.skb)
  return entry
}

/** A packet rewritten at both hooks. */
function through(what: string | Packet, entry: CtEntry, dir: 'original' | 'reply'): Packet {
  let now = typeof what === 'string' ? packet(what) : what
  for (const manip of ['dst', 'src'] as const) if (rewrites(entry, manip, dir)) now = translate(now, entry, manip, dir)?.packet ?? now
  return now
}

const vip = { address: ip('10.0.1.5'), port: 8080 }

describe('a connection to a Service', () => {
  const rows: readonly (readonly [name: string, wanted: Bindings, there: string, back: string, answer: string, status: string])[] = [
    [
      'DNAT',
      { dst: vip },
      'tcp 10.0.0.1:4000 > 10.0.1.5:8080 [S] ttl=64',
      'tcp 10.0.1.5:8080 > 10.0.0.1:4000 [SA]',
      'tcp 10.96.0.1:80 > 10.0.0.1:4000 [SA] ttl=64',
      'DST_NAT',
    ],
    [
      'DNAT that names no port keeps it',
      { dst: { address: ip('10.0.1.5') } },
      'tcp 10.0.0.1:4000 > 10.0.1.5:80 [S] ttl=64',
      'tcp 10.0.1.5:80 > 10.0.0.1:4000 [SA]',
      'tcp 10.96.0.1:80 > 10.0.0.1:4000 [SA] ttl=64',
      'DST_NAT',
    ],
    [
      'SNAT keeps the port while it is free',
      { src: { address: ip('10.0.9.9') } },
      'tcp 10.0.9.9:4000 > 10.96.0.1:80 [S] ttl=64',
      'tcp 10.96.0.1:80 > 10.0.9.9:4000 [SA]',
      'tcp 10.96.0.1:80 > 10.0.0.1:4000 [SA] ttl=64',
      'SRC_NAT',
    ],
    [
      'SNAT to a port',
      { src: { address: ip('10.0.9.9'), port: 77 } },
      'tcp 10.0.9.9:77 > 10.96.0.1:80 [S] ttl=64',
      'tcp 10.96.0.1:80 > 10.0.9.9:77 [SA]',
      'tcp 10.96.0.1:80 > 10.0.0.1:4000 [SA] ttl=64',
      'SRC_NAT',
    ],
    [
      'both',
      { dst: vip, src: { address: ip('10.0.9.9') } },
      'tcp 10.0.9.9:4000 > 10.0.1.5:8080 [S] ttl=64',
      'tcp 10.0.1.5:8080 > 10.0.9.9:4000 [SA]',
      'tcp 10.96.0.1:80 > 10.0.0.1:4000 [SA] ttl=64',
      'SRC_NAT,DST_NAT',
    ],
    [
      'an address that is the same already changes nothing',
      { dst: { address: ip('10.96.0.1') } },
      'tcp 10.0.0.1:4000 > 10.96.0.1:80 [S] ttl=64',
      'tcp 10.96.0.1:80 > 10.0.0.1:4000 [SA]',
      'tcp 10.96.0.1:80 > 10.0.0.1:4000 [SA] ttl=64',
      '',
    ],
  ]
  test.each(rows)('%s', (_name, wanted, there, back, answer, status) => {
    const request = 'tcp 10.0.0.1:4000 > 10.96.0.1:80 [S]'
    const entry = open(new Moment(), request, wanted)
    expect(printPacket(through(request, entry, 'original'))).toBe(there)
    expect(printPacket(through(back, entry, 'reply'))).toBe(answer)
    expect(['SRC_NAT', 'DST_NAT'].filter((s) => entry.status.has(s as 'SRC_NAT')).join()).toBe(status)
    expect(entry.bound).toEqual({ src: true, dst: true })
  })
})

describe('source ports', () => {
  const same = { src: { address: ip('10.0.9.9') } }
  const fully = { src: { address: ip('10.0.9.9'), randomFully: true } }
  const to = '10.96.0.1:80 [S]'

  test('the second client with one port gets another, the first keeps its own', () => {
    const moment = new Moment()
    open(moment, `tcp 10.0.0.1:4000 > ${to}`, same)
    const second = open(moment, `tcp 10.0.0.2:4000 > ${to}`, same, draws(50000))
    expect(second.reply.dport).toBe(50000)
    expect(tracked(moment, 'n').map((row) => row.split(' ')[2])).toEqual(['10.96.0.1:80>10.0.9.9:4000', '10.96.0.1:80>10.0.9.9:50000'])
  })

  test('a port that is taken is drawn again', () => {
    const moment = new Moment()
    open(moment, `tcp 10.0.0.1:4000 > ${to}`, same)
    expect(open(moment, `tcp 10.0.0.2:4000 > ${to}`, same, draws(4000, 4000, 50001)).reply.dport).toBe(50001)
  })

  test('a clash is one of the whole tuple: to another server the port stays', () => {
    const moment = new Moment()
    open(moment, `tcp 10.0.0.1:4000 > ${to}`, same)
    expect(open(moment, 'tcp 10.0.0.2:4000 > 10.96.0.2:80 [S]', same, draws()).reply.dport).toBe(4000)
  })

  test('an entry that has expired is no clash', () => {
    const moment = new Moment()
    open(moment, `tcp 10.0.0.1:4000 > ${to}`, same)
    moment.clock += 121e9
    expect(open(moment, `tcp 10.0.0.2:4000 > ${to}`, same, draws()).reply.dport).toBe(4000)
  })

  test('a connection without SNAT counts too, and moves aside itself', () => {
    const moment = new Moment()
    open(moment, `tcp 10.0.0.1:4000 > ${to}`, { src: { address: ip('10.0.0.2') } })
    const second = open(moment, `tcp 10.0.0.2:4000 > ${to}`, {}, draws(50002))
    expect([second.reply.dport, second.status.has('SRC_NAT')]).toEqual([50002, true])
  })

  test.each([
    [80, 1, 511],
    [600, 600, 1023],
    [1024, 1024, 65535],
    [40000, 1024, 65535],
  ])('--random-fully: port %i draws from %i to %i', (sport, low, high) => {
    const asked: number[][] = []
    const spy: Luck = {
      ...luck,
      number(_key, from, upTo) {
        asked.push([from, upTo])
        return from
      },
    }
    open(new Moment(), `tcp 10.0.0.1:${sport} > ${to}`, fully, spy)
    expect(asked).toEqual([[low, high]])
  })

  test('--random-fully does so for the id of an echo too', () => {
    const entry = open(new Moment(), 'icmp 10.0.0.1 > 10.96.0.1 8/0', fully, draws(53866))
    const there = through('icmp 10.0.0.1 > 10.96.0.1 8/0', entry, 'original')
    expect([ipOf(there)?.src, l4Of(there)]).toMatchObject(['10.0.9.9', { id: 53866 }])
    const reply = packet('icmp 10.96.0.1 > 10.0.9.9 0/0')
    const answer = { ...reply, headers: reply.headers.map((h) => (h.kind === 'icmp' ? { ...h, id: 53866 } : h)) }
    const home = through(answer, entry, 'reply')
    expect([ipOf(home)?.dst, l4Of(home)]).toMatchObject(['10.0.0.1', { id: 7 }])
  })
})

describe('ICMP errors of a translated connection', () => {
  const entry = open(new Moment(), 'tcp 10.0.0.1:4000 > 10.96.0.1:80 [S]', { dst: vip, src: { address: ip('10.0.9.9') } })

  test('outside and inside are put back', () => {
    const sent = through('tcp 10.0.0.1:4000 > 10.96.0.1:80 [S]', entry, 'original')
    const home = through(icmpAbout('10.0.1.5', 3, 3, sent), entry, 'reply')
    expect(printPacket(home)).toBe('icmp 10.96.0.1 > 10.0.0.1 3/3 ttl=64')
    const l4 = l4Of(home)
    expect(l4?.kind === 'icmp' && printPacket({ headers: l4.about ?? [], size: 0 })).toBe('tcp 10.0.0.1:4000 > 10.96.0.1:80 [S] ttl=64')
  })

  test('those about a reply go the other way', () => {
    const answer = through('tcp 10.0.1.5:8080 > 10.0.9.9:4000 [SA]', entry, 'reply')
    const out = through(icmpAbout('10.0.0.1', 3, 1, answer), entry, 'original')
    expect(printPacket(out)).toBe('icmp 10.0.9.9 > 10.0.1.5 3/1 ttl=64')
    const l4 = l4Of(out)
    expect(l4?.kind === 'icmp' && printPacket({ headers: l4.about ?? [], size: 0 })).toBe('tcp 10.0.1.5:8080 > 10.0.9.9:4000 [SA] ttl=64')
  })
})

test.each([
  ['tcp 10.0.0.1:4000 > 10.0.0.2:80 [S]', '10.0.0.1:4000', '10.0.0.2:80'],
  ['tcp [fd00::1]:4000 > [fd00::2]:80 [S]', '[fd00::1]:4000', '[fd00::2]:80'],
  ['ipip 10.0.0.1 > 10.0.0.2', '10.0.0.1', '10.0.0.2'],
])('ends of %s', (text, src, dst) => {
  const bare = packet(text)
  const one = text.startsWith('ipip') ? { ...bare, headers: bare.headers.slice(0, 1) } : bare
  expect([endOf(one, 'src'), endOf(one, 'dst')]).toEqual([src, dst])
})

test('a fork keeps the live one of two entries with the same first packet but other translations', () => {
  const moment = new Moment()
  const request = 'udp 10.0.0.1:4000 > 10.96.0.10:53'
  open(moment, request, { dst: { address: ip('10.0.1.1') } })
  moment.clock += 31e9
  open(moment, request, { dst: { address: ip('10.0.1.2') } })
  const found = track(moment.fork(), netns, { packet: packet(request), mark: 0 })
  expect(found?.entry?.reply.src).toBe('10.0.1.2')
})
