import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cniNames } from '../agents/cni/list.ts'
import { build, hasErrors, probe } from '../explain.ts'

/** All that are modelled; `none` connects nobody. */
const CNIS = cniNames.filter((name) => name !== 'none')
/** Those whose routes need no more than the nodes' own wire; the others would leave some nodes behind a router unreached, as in life. */
const NEAR = new Set<string>(['flannel-host-gw', 'calico', 'cilium-native'])

const lab = fc.record({
  cni: fc.constantFrom(...CNIS),
  nodes: fc.array(fc.constantFrom(10, 20), { minLength: 1, maxLength: 3 }),
  pods: fc.array(fc.nat(2), { minLength: 2, maxLength: 6 }),
  blockSize: fc.constantFrom(26, 29, 30),
  seed: fc.nat(1000),
})

type Lab = typeof lab extends fc.Arbitrary<infer T> ? T : never

function textOf({ cni, nodes, pods, blockSize }: Lab): string {
  const objects: readonly unknown[] = [
    ...nodes.map((net, i) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: `n-${i}-${net}` },
      status: { addresses: [{ type: 'InternalIP', address: `192.168.${NEAR.has(cni) ? 10 : net}.${11 + i}` }] },
    })),
    ...pods.map((on, i) => {
      const at = on % nodes.length
      return {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: `p${i}` },
        spec: { nodeName: `n-${at}-${nodes[at]}`, containers: [{ name: 'c', image: 'nginx' }] },
      }
    }),
    ...(cni.startsWith('calico')
      ? [
          {
            apiVersion: 'projectcalico.org/v3',
            kind: 'IPPool',
            metadata: { name: 'p' },
            spec: { cidr: '10.244.0.0/16', blockSize, natOutgoing: true },
          },
        ]
      : []),
  ]
  return objects.map((one) => `${JSON.stringify(one)}\n`).join('---\n')
}

test('the network model of Kubernetes: every Pod reaches every other at its own address and is seen by its own; no address is given twice', () => {
  fc.assert(
    fc.property(lab, (given) => {
      const world = build([{ name: 'lab.yaml', text: textOf(given) }], { wants: { everything: false, dns: false }, cni: given.cni })
      expect(hasErrors(world.problems)).toBe(false)
      const pods = world.cluster.pods
      const addresses = pods.flatMap((one) => one.podIPs)
      expect(addresses).toHaveLength(pods.length)
      const tunnels = [...(world.cluster.calico?.tunnels.values() ?? [])].flatMap((one) => Object.values(one))
      const bridges = [...(world.cluster.weave?.peers.values() ?? [])].map((one) => one.bridge)
      const all = [...addresses, ...tunnels, ...bridges, ...world.cluster.nodes.flatMap((one) => one.addresses)]
      expect(new Set(all).size).toBe(all.length)
      const from = pods[given.seed % pods.length]
      const to = pods[(given.seed >> 3) % pods.length]
      if (from === undefined || to === undefined || from === to) return
      const { outcome } = probe(world, { from: `default/${from.meta.name}`, to: `tcp://${to.podIPs[0]}:80` }, { seed: given.seed })
      expect([outcome.kind, outcome.sourceSeen?.replace(/:\d+$/, ''), outcome.backend]).toEqual([
        'ok',
        from.podIPs[0],
        `default/${to.meta.name}`,
      ])
    }),
    { numRuns: 15 },
  )
})

/** Those that give Pods an IPv6 address beside the other. */
const BOTH = ['flannel', 'bridge', 'calico', 'calico-vxlan', 'calico-vxlan-crosssubnet'] as const

/** The same cluster with both families, where the nodes share a wire. */
function dualText(given: Lab): string {
  const objects = textOf(given)
    .split('---\n')
    .map(
      (text) =>
        JSON.parse(text) as { readonly kind: string; readonly status?: { readonly addresses: readonly object[] }; readonly spec?: object },
    )
    .map((one, i) =>
      one.kind === 'Node'
        ? {
            ...one,
            status: {
              addresses: [
                { type: 'InternalIP', address: `192.168.10.${11 + i}` },
                { type: 'InternalIP', address: `fd00:10::${11 + i}` },
              ],
            },
          }
        : one,
    )
  const networks = {
    apiVersion: 'kubeadm.k8s.io/v1beta3',
    kind: 'ClusterConfiguration',
    networking: { podSubnet: '10.244.0.0/16,fd00:10:244::/56' },
  }
  const pool = {
    apiVersion: 'projectcalico.org/v3',
    kind: 'IPPool',
    metadata: { name: 'six' },
    spec: { cidr: 'fd00:10:244::/56', blockSize: 122 },
  }
  return [networks, ...objects, ...(given.cni.startsWith('calico') ? [pool] : [])].map((one) => `${JSON.stringify(one)}\n`).join('---\n')
}

test('the same over IPv6, where a Pod has both', () => {
  fc.assert(
    fc.property(fc.record({ given: lab, cni: fc.constantFrom(...BOTH) }), ({ given, cni }) => {
      const world = build([{ name: 'lab.yaml', text: dualText({ ...given, cni }) }], { wants: { everything: false, dns: false }, cni })
      expect(world.problems.filter((one) => one.severity === 'error')).toEqual([])
      const pods = world.cluster.pods
      expect(pods.map((one) => one.podIPs.length)).toEqual(pods.map(() => 2))
      const all = pods.flatMap((one) => one.podIPs)
      expect(new Set(all).size).toBe(all.length)
      const from = pods[given.seed % pods.length]
      const to = pods[(given.seed >> 3) % pods.length]
      if (from === undefined || to === undefined || from === to) return
      const { outcome } = probe(world, { from: `default/${from.meta.name}`, to: `tcp://[${to.podIPs[1]}]:80` }, { seed: given.seed })
      expect([outcome.kind, outcome.sourceSeen?.replace(/^\[(.*)\]:\d+$/, '$1'), outcome.backend]).toEqual([
        'ok',
        from.podIPs[1],
        `default/${to.meta.name}`,
      ])
    }),
    { numRuns: 10 },
  )
})
