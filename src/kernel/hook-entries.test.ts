import { expect, test } from 'vitest'
import { lab, send } from '../testing/kernel-lab.ts'

/** A sends to B through R, whose device towards A has an address or none. */
const machines = (addrs: readonly string[]) =>
  lab([
    {
      name: 'a',
      kind: 'pod',
      links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.0.1.2/32'], peer: ['r', 'ra'] }],
      routes: ['default dev eth0'],
    },
    {
      name: 'r',
      kind: 'node',
      links: [{ dev: 'ra', kind: 'veth', mac: 'ee:ee:ee:ee:ee:ee', addrs, peer: ['a', 'eth0'] }],
      routes: ['10.0.1.2 dev ra scope link'],
      sysctls: { 'net/ipv4/ip_forward': 1, 'net/ipv4/conf/ra/proxy_arp': 1 },
      rules: '*nat\n-A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080\nCOMMIT\n',
      neigh: ['10.0.1.2 dev ra lladdr 02:00:00:00:00:01 REACHABLE'],
      listens: ['tcp 8080'],
    },
  ] as never)

// nf_nat_redirect_ipv4 takes the first address of the device that the packet came in by, and drops where there is none
test('REDIRECT drops at a device without an address', () => {
  const ending = (addrs: readonly string[]) => {
    const all = machines(addrs)
    const a = all.netns('a')
    const near = {
      ...all,
      netns: (name: string) =>
        name === 'a' && a ? { ...a, neigh: [{ dev: 'eth0', address: '10.96.0.1', mac: 'ee:ee:ee:ee:ee:ee' } as never] } : all.netns(name),
    }
    return send(near, 'a', 'tcp 10.0.1.2:40001 > 10.96.0.1:80 [S]').journeys[0]?.ending
  }
  expect(ending([])).toMatchObject({ kind: 'dropped', reason: 'rule', rule: { chain: 'PREROUTING', table: 'nat' } })
  expect(ending(['10.0.1.1/24'])).toMatchObject({ kind: 'delivered' })
})
