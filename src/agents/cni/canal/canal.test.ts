import { expect, test } from 'vitest'
import { newDesk } from '../../../cli/desk.ts'
import { answer } from '../../../cli/main.ts'
import { build } from '../../../explain.ts'

const lab = (ranges: string, addresses: readonly string[]): string => `apiVersion: v1
kind: Node
metadata: {name: node1}
spec: {podCIDRs: [${ranges}]}
status: {addresses: [${addresses.map((one) => `{type: InternalIP, address: "${one}"}`).join(', ')}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {nodeName: node1, containers: [{name: web, image: nginx}]}
`
const BOTH = lab('10.244.1.0/24, "fd00:10:244:1::/64"', ['192.168.10.11', 'fd00:10::11'])
const world = (text: string, cni: string | undefined = 'canal') =>
  build([{ name: 'lab.yaml', text }], { wants: { everything: false, dns: false }, ...(cni !== '' && { cni }) })
const web = (text: string) => world(text).cluster.pods.find((pod) => pod.meta.name === 'web')

test('usePodCidr is the range of IPv4: a Pod of a cluster of both families has one address, in the API, in its namespace and in ADD', () => {
  expect(web(BOTH)?.podIPs).toEqual(['10.244.1.2'])
  expect(
    world(BOTH)
      .machines.netns('default/web')
      ?.links.find((link) => link.dev === 'eth0')?.addrs,
  ).toEqual(['10.244.1.2/32'])
  const { stdout } = answer(
    ['cni', '-', '--pod', 'default/web', '--cni', 'canal'],
    newDesk(() => new TextEncoder().encode(BOTH)),
  )
  expect(stdout).toContain('10.244.1.2')
  expect(stdout).not.toContain('fd00:10:244:1::')
})

test('a node without a range of IPv4: the plugin refuses in its own words', () => {
  const only = lab('"fd00:10:244:1::/64"', ['fd00:10::11'])
  expect(web(only)?.podIPs).toEqual([])
  const told = world(only).problems.find(({ code }) => code === 'pod-sandbox')
  expect(told?.params['text']).toBe('plugin type="calico" failed (add): usePodCidr found but there is no IPv4 CIDR configured')
})

test('another range in its list is told as not modelled, where it stands', () => {
  const list = `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: canal-config, namespace: kube-system}\ndata:\n  cni_network_config: '{"name": "k8s-pod-network", "cniVersion": "0.3.1", "plugins": [{"type": "calico", "ipam": {"type": "host-local", "ranges": [[{"subnet": "usePodCidr"}], [{"subnet": "usePodCidrIPv6"}]]}}]}'\n`
  const told = world(BOTH + list, '').problems.find(({ code }) => code === 'calico-not-modelled')
  expect([told?.params['what'], told?.where?.line, told?.where?.column]).toEqual(['usePodCidrIPv6', 16, 23])
})
