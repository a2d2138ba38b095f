import { describe, expect, test } from 'vitest'
import { lab, send } from '../../testing/kernel-lab.ts'
import { listMatch } from '../../tools/iptables/list-match.ts'
import { targetText } from '../../tools/iptables/list-target.ts'
import { Moment } from '../moment.ts'
import { printRule } from './print.ts'
import { emptyRuleset } from './ruleset.ts'
import { readRestoreText } from './ruleset-read.ts'

/** What somebody writes, and what iptables-save and iptables -nL 1.8.9 made of it on Linux 6.18. */
const SAVED: readonly (readonly [written: string, saved: string, listed: string])[] = [
  ['-j CONNMARK --save-mark', '-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff', 'CONNMARK save'],
  ['-j CONNMARK --restore-mark --mask 0xff', '-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff', 'CONNMARK restore mask 0xff'],
  ['-j CONNMARK --set-mark 0x7', '-j CONNMARK --set-xmark 0x7/0xffffffff', 'CONNMARK set 0x7'],
  ['-j CONNMARK --set-mark 0x7/0xf', '-j CONNMARK --set-xmark 0x7/0xf', 'CONNMARK xset 0x7/0xf'],
  ['-j CONNMARK --or-mark 0x7', '-j CONNMARK --set-xmark 0x7/0x7', 'CONNMARK or 0x7'],
  ['-j CONNMARK --and-mark 0x7', '-j CONNMARK --set-xmark 0x0/0xfffffff8', 'CONNMARK and 0x7'],
  ['-j CONNMARK --xor-mark 0x7', '-j CONNMARK --set-xmark 0x7/0x0', 'CONNMARK xor 0x7'],
  [
    '-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff00',
    '-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff00',
    'CONNMARK save nfmask 0xff ctmask ~0xff00',
  ],
  [
    '-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff00',
    '-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff00',
    'CONNMARK restore ctmask 0xff00 nfmask ~0xff',
  ],
  ['-m connmark --mark 0x1 -j ACCEPT', '-m connmark --mark 0x1 -j ACCEPT', 'connmark match  0x1'],
  ['-m connmark ! --mark 0x1/0x3 -j ACCEPT', '-m connmark ! --mark 0x1/0x3 -j ACCEPT', 'connmark match ! 0x1/0x3'],
  ['-j NFLOG --nflog-group 5 --nflog-prefix "a b"', '-j NFLOG --nflog-prefix "a b" --nflog-group 5', 'nflog-prefix "a b" nflog-group 5'],
  ['-j NFLOG --nflog-prefix x --nflog-threshold 3', '-j NFLOG --nflog-prefix x --nflog-threshold 3', 'nflog-prefix x nflog-threshold 3'],
  ['-j NFLOG', '-j NFLOG', ''],
]

test.each(SAVED)('%s is saved as %s and listed as "%s"', (written, saved, listed) => {
  const { ruleset, problems } = readRestoreText(emptyRuleset(), `*mangle\n-A PREROUTING ${written}\nCOMMIT\n`, { flush: true, family: 4 })
  expect(problems).toEqual([])
  const rule = ruleset.chain('mangle', 'PREROUTING')?.rules[0]
  if (!rule) throw new Error('no rule')
  expect(printRule('PREROUTING', rule)).toBe(`-A PREROUTING ${saved}`)
  const match = rule.matches[0]
  expect(match ? listMatch(match, true) : targetText(rule.target, true)).toBe(listed)
})

describe('the mark of a connection', () => {
  const world = (rules: string): ReturnType<typeof lab> =>
    lab([
      { name: 'a', kind: 'pod', links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.0.0.1/24'], peer: ['b', 'eth0'] }] },
      {
        name: 'b',
        kind: 'node',
        links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.0.0.2/24'], peer: ['a', 'eth0'] }],
        listens: ['udp 53'],
        rules: `*mangle\n${rules}\nCOMMIT\n`,
      },
    ])
  const ASK = 'udp 10.0.0.1:4000 > 10.0.0.2:53'
  /** The packet's mark where it is delivered, and the connection's. */
  function marks(rules: string, moment = new Moment()): readonly [number, number | undefined] {
    const [journey] = send(world(rules), 'a', ASK, moment).journeys
    const last = [...(journey?.events ?? [])].reverse().find((e) => e.after.kind === 'skb')?.after
    return [last?.kind === 'skb' ? last.skb.mark : -1, [...(moment.conntrack.get('b')?.values() ?? [])][0]?.mark]
  }

  test('is set, kept from packet to packet, and given back to a packet', () => {
    const moment = new Moment()
    const keep =
      '-A PREROUTING -j CONNMARK --restore-mark\n-A PREROUTING -m mark --mark 0 -j MARK --set-mark 9\n-A PREROUTING -j CONNMARK --save-mark'
    expect(marks(keep, moment)).toEqual([9, 9])
    expect(marks('-A PREROUTING -j CONNMARK --restore-mark', moment)).toEqual([9, 9])
    expect(marks('-A PREROUTING -m connmark --mark 9 -j MARK --set-mark 3', moment)).toEqual([3, 9])
    expect(marks('-A PREROUTING -m connmark --mark 8 -j MARK --set-mark 3', moment)).toEqual([0, 9])
  })

  test('masks choose bits on either side', () => {
    expect(marks('-A PREROUTING -j MARK --set-mark 0x1234\n-A PREROUTING -j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff')).toEqual([
      0x1234, 0x34,
    ])
    expect(marks('-A PREROUTING -j CONNMARK --set-mark 0xff\n-A PREROUTING -j CONNMARK --and-mark 0xf0')[1]).toBe(0xf0)
    expect(marks('-A PREROUTING -j CONNMARK --set-mark 0xff\n-A PREROUTING -j CONNMARK --xor-mark 0x0f')[1]).toBe(0xf0)
  })

  test('a packet without a connection has none', () => {
    expect(marks('-A PREROUTING -j CONNMARK --set-mark 7\nCOMMIT\n*raw\n-A PREROUTING -j NOTRACK')).toEqual([0, undefined])
  })
})
