import { expect, test } from 'vitest'
import { nftPartsOf } from './nft-rule.ts'

const parts = (text: string): readonly string[] => nftPartsOf(text).map((p) => `${p.role}: ${text.slice(p.from, p.to)}`)

test.each([
  ['ip saddr 10.244.2.2 jump mark-for-masquerade', ['match: ip saddr 10.244.2.2', 'target: jump mark-for-masquerade']],
  ['meta l4proto tcp dnat to 10.244.2.2:8080', ['match: meta l4proto tcp', 'target: dnat to 10.244.2.2:8080']],
  ['ct state new jump firewall-check', ['match: ct state new', 'target: jump firewall-check']],
  ['ip daddr . meta l4proto . th dport vmap @service-ips', ['target: ip daddr . meta l4proto . th dport vmap @service-ips']],
  [
    'ip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports',
    ['match: ip daddr @nodeport-ips', 'target: meta l4proto . th dport vmap @service-nodeports'],
  ],
  [
    'ip daddr 10.96.0.1 tcp dport 443 ip saddr != 10.244.0.0/16 jump mark-for-masquerade',
    ['match: ip daddr 10.96.0.1', 'match: tcp dport 443', 'match: ip saddr != 10.244.0.0/16', 'target: jump mark-for-masquerade'],
  ],
  ['meta mark & 0x00004000 == 0x00000000 return', ['match: meta mark & 0x00004000 == 0x00000000', 'target: return']],
  ['meta mark set meta mark | 0x00004000', ['target: meta mark set meta mark | 0x00004000']],
  ['numgen random mod 2 vmap { 0 : goto a, 1 : goto b }', ['target: numgen random mod 2 vmap { 0 : goto a, 1 : goto b }']],
  ['update @affinity-x { ip saddr timeout 3h }', ['target: update @affinity-x { ip saddr timeout 3h }']],
  ['ip saddr @affinity-x goto endpoint-x', ['match: ip saddr @affinity-x', 'target: goto endpoint-x']],
  [
    'iifname "lo" counter packets 3 bytes 180 accept comment "all of lo"',
    ['match: iifname "lo"', 'counter: counter packets 3 bytes 180', 'target: accept', 'comment: comment "all of lo"'],
  ],
  [
    'tcp dport { 80, 443 } ct state established,related accept',
    ['match: tcp dport { 80, 443 }', 'match: ct state established,related', 'target: accept'],
  ],
  ['fib daddr type local drop', ['match: fib daddr type local', 'target: drop']],
  ['osf name "Linux" drop', ['other: osf name "Linux"', 'target: drop']],
])('%s', (text, wanted) => {
  expect(parts(text)).toEqual(wanted)
})

test('a condition knows its field, and what it leaves out', () => {
  expect(nftPartsOf('ip saddr != 10.0.0.0/8 drop')[0]).toMatchObject({ option: 'ip saddr', value: '!= 10.0.0.0/8', not: true })
})
