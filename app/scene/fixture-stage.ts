// For tests only: nodes with their pods, hosts on the underlay.
import type { Stage, StageDevice, StageNetns } from '../../src/answer.ts'

/** The node's end of a pod's veth pair. */
export const vethOf = (pod: string): string => `veth${pod.replaceAll(/[^a-z0-9]/g, '').slice(-8)}`

const dev = (name: string, kind: StageDevice['kind'], addrs: readonly string[], more: Partial<StageDevice> = {}): StageDevice => ({
  dev: name,
  kind,
  mac: '02:00:00:00:00:01',
  addrs,
  mtu: 1450,
  ifindex: 2,
  ...more,
})

/** Nodes with their pods, hosts on the underlay. `pods` as [node number, name]. */
export function stageOf(nodes: number, pods: readonly (readonly [number, string])[], hosts: readonly string[] = []): Stage {
  const netns: StageNetns[] = []
  for (let n = 1; n <= nodes; n++) {
    const own = pods.filter(([node]) => node === n).map(([, name]) => name)
    netns.push({
      name: `node-${n}`,
      kind: 'node',
      title: `node-${n}`,
      addresses: [`192.168.10.${10 + n}`],
      madeUp: true,
      devices: [
        dev('lo', 'loopback', ['127.0.0.1/8']),
        dev('eth0', 'physical', [`192.168.10.${10 + n}/24`]),
        dev('cni0', 'bridge', [`10.244.${n}.1/24`]),
        dev('flannel.1', 'vxlan', [`10.244.${n}.0/32`]),
        ...own.map((pod) => dev(vethOf(pod), 'veth', [], { master: 'cni0', peer: [pod, 'eth0'] })),
      ],
    })
    for (const [i, pod] of own.entries()) {
      const address = `10.244.${n}.${i + 2}`
      netns.push({
        name: pod,
        kind: 'pod',
        title: pod.slice(pod.indexOf('/') + 1),
        node: `node-${n}`,
        addresses: [address],
        ready: true,
        madeUp: false,
        devices: [dev('lo', 'loopback', ['127.0.0.1/8']), dev('eth0', 'veth', [`${address}/24`], { peer: [`node-${n}`, vethOf(pod)] })],
      })
    }
  }
  for (const [i, host] of hosts.entries())
    netns.push({
      name: host,
      kind: 'host',
      title: host.slice(host.indexOf('/') + 1),
      addresses: [`192.168.10.${100 + i}`],
      madeUp: false,
      devices: [dev('eth0', 'physical', [`192.168.10.${100 + i}/24`])],
    })
  return { netns, underlay: { name: 'underlay', net: '192.168.10.0/24' }, services: [] }
}
