import { describe, expect, test } from 'vitest'
import { type Little, lab, lastPacket, send, told } from '../testing/kernel-lab.ts'

const mac = (n: number): string => `02:00:00:00:00:0${n}`

interface Wish {
  readonly hairpin?: boolean
  readonly isolated?: readonly number[]
  readonly brnf?: number
  readonly rules?: string
  /** Pods that are gone. */
  readonly without?: number
  readonly fdb?: readonly string[]
  readonly neigh?: readonly string[]
}

/** Two pods on a bridge, the node's other leg, and what lies behind it. */
function world(wish: Wish = {}): ReturnType<typeof lab> {
  const pod = (n: number): Little => ({
    name: `p${n}`,
    kind: 'pod',
    links: [{ dev: 'eth0', kind: 'veth', mac: mac(n), addrs: [`10.244.1.${n}/24`], peer: ['n', `v${n}`] }],
    routes: ['default via 10.244.1.254'],
    listens: ['tcp 80'],
  })
  const port = (n: number): Little['links'][number] => ({
    dev: `v${n}`,
    kind: 'veth',
    mac: mac(n + 4),
    master: 'cni0',
    peer: [`p${n}`, 'eth0'],
    ...(wish.hairpin ? { hairpin: true } : {}),
    ...(wish.isolated?.includes(n) ? { isolated: true } : {}),
  })
  const pods = [1, 2].filter((n) => n !== wish.without)
  return lab([
    ...pods.map(pod),
    {
      name: 'n',
      kind: 'node',
      links: [
        { dev: 'cni0', kind: 'bridge', mac: mac(9), addrs: ['10.244.1.254/24'] },
        ...pods.map(port),
        { dev: 'eth0', kind: 'veth', addrs: ['192.168.56.11/24'], peer: ['o', 'eth0'] },
      ],
      ...(wish.fdb ? { fdb: wish.fdb } : {}),
      ...(wish.neigh ? { neigh: wish.neigh } : {}),
      sysctls: { 'net/ipv4/ip_forward': 1, 'net/bridge/bridge-nf-call-iptables': wish.brnf ?? 1 },
      rules: wish.rules ?? '*nat\nCOMMIT\n',
    },
    {
      name: 'o',
      kind: 'client',
      links: [{ dev: 'eth0', kind: 'veth', addrs: ['192.168.56.1/24'], peer: ['n', 'eth0'] }],
      routes: ['default via 192.168.56.11'],
      listens: ['tcp 80'],
    },
  ])
}

const dnat = (to: string): string => `*nat\n-A PREROUTING -d 10.96.0.1 -p tcp --dport 80 -j DNAT --to-destination ${to}:80\nCOMMIT\n`
const masquerade = (to: string): string => dnat(to).replace('COMMIT', '-A POSTROUTING -s 10.244.1.1 -d 10.244.1.1 -j MASQUERADE\nCOMMIT')
const SERVICE = 'tcp 10.244.1.1:4000 > 10.96.0.1:80 [S]'
const POD = 'tcp 10.244.1.1:4000 > 10.244.1.2:80 [S]'

describe('where a frame goes', () => {
  const rows: readonly (readonly [name: string, wish: Wish, sent: string, ending: string, telling: readonly string[]])[] = [
    [
      'pod to pod: the IP hooks run inside the bridge',
      {},
      POD,
      'delivered to server tcp 80',
      [
        'n bridge prerouting v1 -',
        'n prerouting',
        'n bridge forward v1 v2',
        'n forward',
        'n bridge postrouting - v2',
        'n postrouting',
        'n tx v2',
      ],
    ],
    [
      'br_netfilter off: no IP hook sees it',
      { brnf: 0 },
      POD,
      'delivered to server tcp 80',
      ['n bridge prerouting v1 -', 'n bridge forward v1 v2', 'n bridge postrouting - v2', 'n tx v2'],
    ],
    [
      'to the node itself',
      {},
      'tcp 10.244.1.1:4000 > 10.244.1.254:22 [S]',
      'answered: tcp-reset',
      ['n bridge input v1 -', 'n rx cni0', 'n input'],
    ],
    [
      'to the outside: routed',
      {},
      'tcp 10.244.1.1:4000 > 192.168.56.1:80 [S]',
      'delivered to server tcp 80',
      ['n bridge input v1 -', 'n ttl 63', 'n forward', 'n tx eth0'],
    ],
    [
      'a Service: DNAT inside the bridge, then bridged on',
      { rules: dnat('10.244.1.2') },
      SERVICE,
      'delivered to server tcp 80',
      ['n dst 10.96.0.1:80 -> 10.244.1.2:80', 'n neighbour 10.244.1.2 asked', 'n tx cni0', 'n bridge forward v1 v2'],
    ],
    [
      'a Service with br_netfilter off: routed',
      { rules: dnat('10.244.1.2'), brnf: 0 },
      SERVICE,
      'delivered to server tcp 80',
      ['n bridge input v1 -', 'n ttl 63', 'n bridge output - v2'],
    ],
    [
      'a Service elsewhere: handed to the bridge device',
      { rules: dnat('192.168.56.1') },
      SERVICE,
      'delivered to server tcp 80',
      ['n bridge input v1 -', 'n forward', 'n tx eth0'],
    ],
    [
      'a Service whose pod is gone',
      { rules: dnat('10.244.1.2'), without: 2 },
      SERVICE,
      'dropped: no-neighbour',
      ['n neighbour 10.244.1.2 failed'],
    ],
    ['hairpin off', { rules: masquerade('10.244.1.1') }, SERVICE, 'dropped: no-hairpin', ['n tx cni0', 'n drop no-hairpin']],
    [
      'hairpin on',
      { rules: masquerade('10.244.1.1'), hairpin: true },
      SERVICE,
      'delivered to server tcp 80',
      ['n bridge forward v1 v1', 'n src 10.244.1.1:4000 -> 10.244.1.254:4000'],
    ],
    ['hairpin on without masquerade: the pod sees itself', { rules: dnat('10.244.1.1'), hairpin: true }, SERVICE, 'dropped: martian', []],
    [
      'br_netfilter off: routed back through the bridge, no hairpin needed',
      { rules: masquerade('10.244.1.1'), brnf: 0 },
      SERVICE,
      'delivered to server tcp 80',
      ['n bridge output - v1'],
    ],
    ['two isolated ports: nobody answers the question for the other', { isolated: [1, 2] }, POD, 'dropped: no-neighbour', []],
    ['one isolated port', { isolated: [1] }, POD, 'delivered to server tcp 80', []],
    [
      'an isolated port still reaches the node',
      { isolated: [1, 2] },
      'tcp 10.244.1.1:4000 > 192.168.56.1:80 [S]',
      'delivered to server tcp 80',
      [],
    ],
    ['a hairpin of an isolated port', { rules: masquerade('10.244.1.1'), hairpin: true, isolated: [1] }, SERVICE, 'dropped: isolated', []],
    ['an FDB entry that leads astray', { fdb: [`add ${mac(2)} dev v1 master static`] }, POD, 'dropped: no-hairpin', ['n fdb v1']],
    [
      'FORWARD DROP holds for bridged frames',
      { rules: '*filter\n-A FORWARD -j DROP\nCOMMIT\n' },
      POD,
      'dropped: rule',
      ['n FORWARD[0] drop'],
    ],
    [
      'FORWARD DROP does not with br_netfilter off',
      { rules: '*filter\n-A FORWARD -j DROP\nCOMMIT\n', brnf: 0 },
      POD,
      'delivered to server tcp 80',
      [],
    ],
  ]
  test.each(rows)('%s', (_name, wish, sent, ending, telling) => {
    const words = told(send(world(wish), 'p1', sent).journeys[0])
    expect(words.at(-1)).toBe(ending)
    expect(words.filter((w) => telling.includes(w))).toEqual(telling)
  })

  test('br_netfilter off: really no hook', () => {
    const words = told(send(world({ brnf: 0 }), 'p1', POD).journeys[0])
    expect(words.filter((w) => w.startsWith('n ') && /(routing|forward|input|output)$/.test(w) && !w.includes('bridge'))).toEqual([])
  })

  test('a bridged frame keeps its TTL, a routed one does not', () => {
    const ttl = (brnf: number): string => lastPacket(send(world({ rules: dnat('10.244.1.2'), brnf }), 'p1', SERVICE).journeys[0])
    expect(ttl(1)).toMatch(/ttl=64$/)
    expect(ttl(0)).toMatch(/ttl=63$/)
  })
})

describe('the reply of a pod on the same node', () => {
  test.each([
    [1, 'tcp 10.96.0.1:80 > 10.244.1.1:4000 [SA] ttl=64'],
    [0, 'tcp 10.244.1.2:80 > 10.244.1.1:4000 [SA] ttl=64'],
  ])('with br_netfilter %i it comes from %s', (brnf, answer) => {
    const reply = send(world({ rules: dnat('10.244.1.2'), brnf }), 'p1', SERVICE).journeys.find((j) => j.parent?.as === 'reply')
    expect(lastPacket(reply)).toBe(answer)
  })
})

test('after three seconds a pod hears that the one behind the Service is gone', () => {
  const [, error] = send(world({ rules: dnat('10.244.1.2'), without: 2 }), 'p1', SERVICE).journeys
  expect(lastPacket(error)).toBe('icmp 10.96.0.1 > 10.244.1.1 3/1 ttl=64')
  expect(error?.start).toBeGreaterThanOrEqual(3e9)
})

test('real ports are seen by physdev alone, and only while the frame is bridged', () => {
  const rule = (match: string, target = 'DROP'): string => `*filter\n-A FORWARD -m physdev ${match} -j ${target}\nCOMMIT\n`
  const ends = (rules: string, sent: string): string | undefined => told(send(world({ rules }), 'p1', sent).journeys[0]).at(-1)
  const OUT = 'tcp 10.244.1.1:4000 > 192.168.56.1:80 [S]'
  expect(ends(rule('--physdev-is-bridged'), POD)).toBe('dropped: rule')
  expect(ends(rule('--physdev-is-bridged'), OUT)).toBe('delivered to server tcp 80')
  expect(ends(rule('--physdev-in v1'), POD)).toBe('dropped: rule')
  expect(ends(rule('--physdev-in v2'), POD)).toBe('delivered to server tcp 80')
  expect(ends(rule('--physdev-out v2'), POD)).toBe('dropped: rule')
  expect(ends('*filter\n-A FORWARD -i v1 -j DROP\nCOMMIT\n', POD)).toBe('delivered to server tcp 80')
  expect(ends('*filter\n-A FORWARD -i cni0 -o cni0 -j DROP\nCOMMIT\n', POD)).toBe('dropped: rule')
})

test('the reset of a REJECT goes straight back out of the port, in the name of the other pod', () => {
  const rules = '*filter\n-A FORWARD -p tcp -j REJECT --reject-with tcp-reset\nCOMMIT\n'
  const [, reset] = send(world({ rules }), 'p1', POD).journeys
  expect(told(reset).slice(0, 2)).toEqual(['n tx v1', 'p1 rx eth0'])
  expect(told(reset)).not.toContain('n output')
})
