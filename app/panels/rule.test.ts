import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Ip } from '../../src/net/ip.ts'
import type { Skb } from '../../src/trace/event.ts'
import { rulePartsOf, seenBy } from './rule.ts'

const show = (text: string): readonly string[] => rulePartsOf(text).map((p) => `${p.role}: ${text.slice(p.from, p.to)}`)

test('conditions, comment and target', () => {
  expect(
    show(
      '-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y',
    ),
  ).toEqual([
    'chain: -A KUBE-SERVICES',
    'match: -d 10.96.0.1/32',
    'match: -p tcp',
    'module: -m comment',
    'comment: --comment "default/kubernetes:https cluster IP"',
    'module: -m tcp',
    'match: --dport 443',
    'target: -j KUBE-SVC-NPX46M4PTMTKRN6Y',
  ])
})

test('negation, several values, and a target with words of its own', () => {
  expect(show('-A X ! -s 10.244.0.0/16 -m tcp ! --tcp-flags FIN,SYN SYN -c 3 180 -j MARK --set-xmark 0x4000/0x4000')).toEqual([
    'chain: -A X',
    'match: ! -s 10.244.0.0/16',
    'module: -m tcp',
    'match: ! --tcp-flags FIN,SYN SYN',
    'counter: -c 3 180',
    'target: -j MARK --set-xmark 0x4000/0x4000',
  ])
  expect(rulePartsOf('-A X ! -s 10.244.0.0/16')[1]).toMatchObject({ option: '-s', value: '10.244.0.0/16', not: true })
})

test('a comment with quotes, dashes and an option in it stays whole', () => {
  const text = String.raw`-A X -m comment --comment "say \"-j DROP\" -- no" -j ACCEPT`
  expect(show(text).slice(2)).toEqual([String.raw`comment: --comment "say \"-j DROP\" -- no"`, 'target: -j ACCEPT'])
})

test('of every recorded rule no letter is lost, and all that is passed over is blank', () => {
  const dir = new URL('../../src/testing/captured/', import.meta.url)
  const lines = readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((f) => /iptables|restore|rules/.test(f) && /\.(txt|rules|save)$/.test(f))
    .flatMap((f) => readFileSync(new URL(f, dir), 'utf8').split('\n'))
    .filter((l) => l.startsWith('-A '))
  expect(lines.length).toBeGreaterThan(100)
  for (const line of lines) {
    const parts = rulePartsOf(line)
    let at = 0
    for (const p of parts) {
      expect(line.slice(at, p.from).trim()).toBe('')
      at = p.to
    }
    expect(line.slice(at).trim()).toBe('')
    expect(parts.filter((p) => p.role === 'other')).toEqual([])
  }
})

const skb: Skb = {
  packet: {
    headers: [
      { kind: 'ip', family: 4, src: '10.244.1.2' as Ip, dst: '10.96.0.1' as Ip, ttl: 64, proto: 'tcp' },
      { kind: 'tcp', sport: 40000, dport: 443, flags: ['S'], seq: 0, ack: 0 },
    ],
    size: 0,
  },
  mark: 0x4000,
  iif: 'cni0',
  ct: { id: 1, dir: 'original', state: 'new' },
}

test.each([
  ['-d 10.96.0.1/32', 'dst 10.96.0.1'],
  ['! -s 10.0.0.0/8', 'src 10.244.1.2'],
  ['--dport 443', 'dport 443'],
  ['-i cni+', 'iif cni0'],
  ['--mark 0x4000/0x4000', 'mark 0x4000'],
  ['--ctstate NEW,RELATED', 'ct state NEW'],
  ['--dst-type LOCAL', 'dst 10.96.0.1'],
  ['--tcp-flags SYN SYN', 'flags S'],
  ['--probability 0.5', undefined],
  ['-o eth0', undefined],
])('%s looked at %s', (text, want) => {
  const [part] = rulePartsOf(text)
  const seen = part && seenBy(part, skb, undefined)
  expect(seen && `${seen.field} ${seen.value}`).toBe(want)
})
