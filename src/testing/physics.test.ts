import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { build, odds, probe } from '../explain.ts'
import { fractionText } from '../trace/luck.ts'

const name = 'cluster.yaml'
const text = readFileSync(join(import.meta.dirname, 'physics', name), 'utf8')
const world = build([{ name, text }], { wants: { everything: false, dns: true } })

/** `ok default/b@10.244.2.3:8080 saw 10.244.1.2`, `refused rule in n1`: everything but the ports that luck chose. */
function told(from: string, to: string): string {
  const { outcome, problems } = probe(world, { from, to }, { seed: 1 })
  expect(problems).toEqual([])
  const { kind, errno, backend, backendAddress, sourceSeen, reason, where } = outcome
  if (kind === 'ok') return `ok ${backend}@${backendAddress} saw ${sourceSeen?.replace(/:\d+$/, '')}`
  return [kind, errno, reason, where && `in ${where.netns}`].filter((word) => word !== undefined && word !== null).join(' ')
}

const A = 'ok default/a@10.244.1.3:8080 saw'
const B = 'ok default/b@10.244.2.3:8080 saw'

test('the lab has no errors', () => {
  expect(world.problems.filter((p) => p.severity === 'error')).toEqual([])
})

/**
 * What a kernel does, case by case. The masquerade addresses, refusals and silences are those of recorded walks of the same shape
 * (captured/kernel) or follow from the kernel's own code where a comment names it.
 */
describe.each<readonly [string, readonly (readonly [from: string, to: string, want: string])[]]>([
  [
    'ClusterIP',
    [
      ['default/client', 'http://10.96.1.1/', `${A} 10.244.1.2`],
      ['default/client', 'http://10.96.1.2/', `${B} 10.244.1.2`],
      ['default/a', 'http://10.96.1.1/', `${A} 10.244.1.1`],
      ['node/n1', 'http://10.96.1.1/', `${A} 10.244.1.1`],
      ['node/n1', 'http://10.96.1.2/', `${B} 10.244.1.0`],
      ['host/client', 'http://10.96.1.1/', 'timeout ETIMEDOUT blackhole in underlay'],
      ['default/client', 'http://10.96.1.14/', 'ok default/named1@10.244.2.5:7001 saw 10.244.1.2'],
      ['default/client', 'udp://10.96.1.13:53', 'ok default/dnsy@10.244.2.4:5353 saw 10.244.1.2'],
      ['default/client', 'http://10.96.1.15/', 'ok default/hostnet@192.168.10.12:8088 saw 192.168.10.11'],
      // inet_select_addr passes 127.0.0.1 over: the answer is masqueraded to eth0's address.
      ['default/hostnet', 'http://10.96.1.15/', 'ok default/hostnet@192.168.10.12:8088 saw 192.168.10.12'],
    ],
  ],
  [
    'nobody behind it',
    [
      ['default/client', 'http://10.96.1.5/', 'refused ECONNREFUSED rule in n1'],
      ['node/n1', 'http://10.96.1.5/', 'refused ECONNREFUSED rule in n1'],
      ['host/client', 'http://192.168.10.11:30082/', 'refused ECONNREFUSED rule in n1'],
      ['default/client', 'http://10.96.1.6/', 'refused ECONNREFUSED no-listener in default/b'],
      ['default/client', 'http://10.96.1.16/', 'refused ECONNREFUSED no-listener in default/a'],
      ['default/client', 'tcp://10.96.1.1:81', 'timeout ETIMEDOUT blackhole in underlay'],
      ['default/client', 'udp://10.96.1.1:80', 'timeout ETIMEDOUT blackhole in underlay'],
      ['default/client', 'icmp://10.96.1.1', 'timeout ETIMEDOUT blackhole in underlay'],
      ['default/client', 'udp://10.244.2.3:1', 'refused ECONNREFUSED no-listener in default/b'],
    ],
  ],
  [
    'NodePort',
    [
      ['host/client', 'http://192.168.10.11:30080/', `${B} 10.244.1.0`],
      ['host/client', 'http://192.168.10.11:30081/', `${A} 10.244.1.1`],
      ['host/web', 'http://192.168.10.11:30080/', `${B} 10.244.1.0`],
      ['default/client', 'http://192.168.10.11:30080/', `${B} 10.244.1.0`],
      ['default/client', 'http://192.168.10.12:30080/', `${B} 10.244.2.1`],
      ['default/client', 'http://192.168.10.12:30081/', `${A} 10.244.2.0`],
      ['node/n1', 'http://127.0.0.1:30080/', `${B} 10.244.1.0`],
      ['node/n1', 'http://localhost:30081/', `${A} 10.244.1.1`],
      ['node/n1', 'http://10.244.1.1:30081/', `${A} 10.244.1.1`],
      ['node/n1', 'http://192.168.10.12:30080/', `${B} 10.244.2.1`],
    ],
  ],
  [
    'traffic policies',
    [
      ['host/client', 'http://192.168.10.11:30083/', 'timeout ETIMEDOUT rule in n1'],
      ['host/client', 'http://192.168.10.12:30083/', `${B} 192.168.10.50`],
      // Pods and the node itself take the short cut to all endpoints (KUBE-EXT).
      ['default/client', 'http://192.168.10.11:30083/', `${B} 10.244.1.2`],
      ['node/n1', 'http://192.168.10.11:30083/', `${B} 10.244.1.0`],
      ['default/client', 'http://192.168.10.12:30083/', `${B} 192.168.10.11`],
      ['default/client', 'http://10.96.1.9/', 'timeout ETIMEDOUT rule in n1'],
      ['default/client2', 'http://10.96.1.9/', `${B} 10.244.2.2`],
    ],
  ],
  [
    'addresses outside',
    [
      ['default/client', 'http://203.0.113.10/', 'ok host/web@203.0.113.10:80 saw 192.168.10.11'],
      ['host/client', 'http://10.244.1.3:8080/', 'timeout ETIMEDOUT blackhole in underlay'],
      // No machine answers ARP for an external IP: the rules alone do not bring the packet to a node.
      ['host/client', 'http://192.168.10.99/', 'unreachable EHOSTUNREACH no-neighbour in host/client'],
      // Whoever has written the status of a LoadBalancer answers for its address: on the nodes' own net one of them, by the hash of the speakers.
      ['host/client', 'http://192.168.10.240/', `${B} 10.244.2.1`],
      ['default/client', 'http://192.168.10.99/', `${B} 10.244.1.0`],
      ['default/client', 'http://192.168.10.240/', `${B} 10.244.1.0`],
      ['default/client', 'http://10.244.2.200/', 'unreachable EHOSTUNREACH no-neighbour in n2'],
      ['default/client', 'http://10.244.1.200/', 'unreachable EHOSTUNREACH no-neighbour in default/client'],
    ],
  ],
  [
    'odd addresses',
    [
      // The unspecified address as a destination is the machine itself (ip_route_output_key).
      ['default/client', 'http://0.0.0.0/', 'refused ECONNREFUSED no-listener in default/client'],
      ['node/n1', 'http://0.0.0.0:30081/', `${A} 10.244.1.1`],
      // tcp_v4_connect: no connection to a group.
      ['default/client', 'http://255.255.255.255/', 'unreachable ENETUNREACH no-route in default/client'],
      ['default/client', 'http://10.244.1.255/', 'unreachable ENETUNREACH no-route in default/client'],
      ['default/client', 'http://224.0.0.1/', 'unreachable ENETUNREACH no-route in default/client'],
      ['default/client', 'http://[fd00::1]/', 'unreachable ENETUNREACH no-route in default/client'],
      ['default/client', 'http://[::1]/', 'refused ECONNREFUSED no-listener in default/client'],
      // The tunnel's own address is the node's (arp_ignore 0).
      ['default/client', 'http://10.244.1.0/', 'refused ECONNREFUSED no-listener in n1'],
    ],
  ],
  [
    'who answers a ping',
    [
      ['default/client', 'icmp://10.244.1.1', 'ok node/n1@10.244.1.1 saw 10.244.1.2'],
      ['default/client', 'icmp://10.244.2.3', 'ok default/b@10.244.2.3 saw 10.244.1.2'],
      ['default/client', 'icmp://203.0.113.10', 'ok host/web@203.0.113.10 saw 192.168.10.11'],
    ],
  ],
  [
    'a source that is no object',
    [
      ['ip/10.244.1.77@node/n1', 'http://10.96.1.2/', `${B} 10.244.1.77`],
      ['ip/192.168.10.11@node/n1', 'http://10.96.1.2/', `${B} 10.244.1.0`],
      ['ip/127.0.0.1@node/n1', 'http://10.96.1.2/', `${B} 10.244.1.0`],
      // cni0's address belongs to the Pod network: nothing masquerades it.
      ['ip/10.244.1.1@node/n1', 'http://10.96.1.2/', `${B} 10.244.1.1`],
      ['ip/10.244.1.3@node/n1', 'http://10.96.1.2/', `${B} 10.244.1.3`],
      ['ip/198.51.100.7@node/n1', 'http://192.168.10.12:30083/', `${B} 198.51.100.7`],
    ],
  ],
  [
    'names',
    [
      ['default/client', 'http://same/', `${A} 10.244.1.2`],
      ['default/client', 'http://SAME.default.svc.cluster.local./', `${A} 10.244.1.2`],
      ['default/client', 'http://headless:8080/', `${B} 10.244.1.2`],
      ['default/client', 'http://client/', 'refused ECONNREFUSED no-listener in default/client'],
      ['default/client', 'http://nope/', 'dns-error EAI_NONAME'],
      ['node/n1', 'http://same.default.svc.cluster.local/', 'dns-error EAI_NONAME'],
      ['default/hostnet', 'http://same/', 'dns-error EAI_NONAME'],
    ],
  ],
])('%s', (_, rows) => {
  test.each(rows)('%s → %s', (from, to, want) => {
    expect(told(from, to)).toBe(want)
  })
})

test.each(['https://10.96.1.1:80/', 'udp://224.0.0.1:53'])('%s is not modelled, and nothing is claimed', (to) => {
  const { outcome } = probe(world, { from: 'default/client', to }, { seed: 1 })
  expect(outcome).toMatchObject({ kind: 'unmodelled', backend: null })
})

test.each([
  ['default/client', 'http://10.96.1.11/', ['1/3 x1', '1/3 x2', '1/3 x3']],
  ['default/client', 'http://10.96.1.12/', ['1/3 x1', '1/3 x2', '1/3 x3']],
  ['default/client', 'http://10.96.1.14/', ['1/2 named1', '1/2 named2']],
  // x1 behind its own Service sees the bridge and not itself.
  ['default/x1', 'http://10.96.1.11/', ['1/3 x1', '1/3 x2', '1/3 x3']],
  ['host/client', 'http://192.168.10.11:30082/', ['1 refused']],
])('odds of %s → %s', (from, to, want) => {
  const { outcomes, covered } = odds(world, { from, to }, { seed: 1 })
  expect(fractionText(covered)).toBe('1')
  expect(outcomes.map((o) => `${fractionText(o.probability)} ${o.outcome.backend?.split('/')[1] ?? o.outcome.kind}`).sort()).toEqual(want)
})
