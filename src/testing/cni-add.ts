import { expect } from 'vitest'
import { podNetns } from '../agents/agent.ts'
import { type CniWalk, walkAdd, walkDel } from '../agents/cni/add/walk.ts'
import { hasOwnNetns, podsOf } from '../agents/cni/pods.ts'
import { after, type Scene, startOf } from '../engine/cniwalk/cniwalk.ts'
import { build } from '../explain.ts'
import { printSave } from '../kernel/iptables/print.ts'
import type { Netns } from '../kernel/machine.ts'

export const NAMES = ['flannel', 'flannel-host-gw', 'flannel-ipip', 'bridge', 'canal', 'cilium', 'cilium-native', 'weave']
export const CALICO = ['calico', 'calico-ipip', 'calico-ipip-crosssubnet', 'calico-vxlan', 'calico-vxlan-crosssubnet']

const node = (n: number, six: boolean): string =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: node${n}}\nspec: {podCIDRs: [10.244.${n}.0/24${six ? `, "fd00:10:244:${n}::/64"` : ''}]}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.1${n}}${six ? `, {type: InternalIP, address: "fd00:1::${n}"}` : ''}]}\n---\n`
const web = (name: string, on: number, hostPort: number): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  replicas: 2\n  selector: {matchLabels: {app: ${name}}}\n  template:\n    metadata: {labels: {app: ${name}}}\n    spec: {nodeName: node${on}, containers: [{name: c, image: nginx, ports: [{containerPort: 80${hostPort ? `, hostPort: ${hostPort}` : ''}}]}]}\n---\n`
const SIX =
  'apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nnetworking: {podSubnet: "10.244.0.0/16,fd00:10:244::/56", serviceSubnet: "10.96.0.0/12,fd00:10:96::/112"}\n---\n'
export const MASQ = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: net}\ndata:\n  10-mynet.conflist: '${JSON.stringify({ cniVersion: '1.1.0', name: 'mynet', plugins: [{ type: 'bridge', bridge: 'br7', mtu: 1400, ipMasq: true, isDefaultGateway: true, hairpinMode: true, ipam: { type: 'host-local' } }, { type: 'portmap', capabilities: { portMappings: true } }, { type: 'bandwidth' }] })}'\n---\n`

/** Two nodes, six Pods, some with a host port. */
export const world = (cni: string | undefined, six = false, more = '') => {
  const text = `${six ? SIX : ''}${node(1, six)}${node(2, six)}${web('web', 1, 8080)}${web('db', 1, 0)}${web('far', 2, 9090)}${more}`
  return build([{ name: 'lab.yaml', text }], { ...(cni === undefined ? {} : { cni }), wants: { everything: false, dns: false } })
}
type World = ReturnType<typeof world>

/** What a packet meets in a namespace, without what other programs put there. */
const inside = ({ links, routes, neigh, fdb, sysctls }: Netns) => ({
  links: links.map(({ because: _because, ...link }) => link),
  routes: routes.map(({ because: _because, ...route }) => route),
  neigh,
  fdb: fdb.map(({ because: _because, ...entry }) => entry),
  sysctls,
})
const sorted = (lines: readonly unknown[]): readonly string[] => lines.map((line) => JSON.stringify(line)).sort()
/** A node's state without the order in which things were made. */
const unordered = (netns: Netns) => {
  const { links, routes, neigh, fdb, sysctls } = inside(netns)
  return {
    links: sorted(links.map(({ ifindex: _index, ...link }) => link)),
    routes: sorted(routes),
    neigh: sorted(neigh),
    fdb: sorted(fdb),
    sysctls,
    rules: ([4, 6] as const).flatMap((family) => [...printSave(netns.rules[family])].filter((line) => /^-A .*CNI-/.test(line)).sort()),
  }
}

export const wired = ({ cluster }: World) => cluster.pods.filter(hasOwnNetns)
export const walkOf = (walk: ReturnType<typeof walkAdd>): CniWalk => {
  if (typeof walk === 'string') throw new Error(walk)
  return walk
}
const fold = (walk: CniWalk, scene: Scene): Scene => walk.steps.reduce((at, step) => after(at, step, podNetns(walk.pod)), scene)

/** ADD of every Pod of a node, one after another, makes the node and its Pods as they were built. */
export function sameAsBuilt(one: World): void {
  expect(wired(one).length).toBe(6)
  for (const n of one.cluster.nodes) {
    const pods = podsOf(one.cluster, n).filter(hasOwnNetns)
    const walks = pods.map((pod) => walkOf(walkAdd(one.cluster, pod))).sort((a, b) => before(b, n) - before(a, n))
    const [first] = walks
    if (first === undefined) continue
    let at: Netns = startOf(first, one.machines).node
    for (const walk of walks) {
      const done = fold(walk, { node: at })
      const built = one.machines.netns(podNetns(walk.pod))
      if (done.pod === undefined || built === undefined) throw new Error('no namespace')
      expect(inside(done.pod)).toEqual(inside(built))
      at = done.node
    }
    const built = one.machines.netns(n.meta.name)
    if (built === undefined) throw new Error('no node')
    expect(unordered(at)).toEqual(unordered(built))
  }
}

/** How many Pods of the node have yet to come when this walk begins: the first has them all before it. */
const before = (walk: CniWalk, n: World['cluster']['nodes'][number]): number =>
  walk.without.pods.filter((pod) => pod.nodeName === n.meta.name && !hasOwnNetns(pod)).length

/** The result of each ADD names devices, MACs and addresses that are there. */
export function resultsNameWhatIs(one: World): void {
  for (const pod of wired(one)) {
    const walk = walkOf(walkAdd(one.cluster, pod))
    const result = walk.result as {
      interfaces?: { name: string; mac?: string; sandbox?: string }[]
      ips: { address: string; interface?: number }[]
    }
    const own = one.machines.netns(podNetns(pod))?.links.find(({ dev }) => dev === 'eth0')
    const links = one.machines.netns(pod.nodeName)?.links ?? []
    for (const { name: dev, mac, sandbox } of result.interfaces ?? []) {
      const link = sandbox === undefined ? links.find((l) => l.dev === dev) : own
      expect(link).toBeDefined()
      if (mac !== undefined) expect(mac).toBe(link?.mac)
    }
    expect(result.ips.map(({ address }) => address)).toEqual(own?.addrs)
  }
}

/** DEL leaves a node as if the Pod had never been there, its bridge apart. */
export function delTakesAway(one: World): void {
  for (const pod of wired(one)) {
    const walk = walkOf(walkDel(one.cluster, pod))
    const start = startOf(walk, one.machines)
    const end = fold(walk, start)
    expect(end.pod).toBeUndefined()
    expect(JSON.stringify(start.node.links)).toContain(`"${podNetns(pod)}"`)
    const left = inside(end.node)
    expect(JSON.stringify([left.links, left.routes])).not.toContain(`"${podNetns(pod)}"`)
    expect(left.routes.filter(({ dst }) => pod.podIPs.some((ip) => dst === `${ip}/32`))).toEqual([])
    expect(end.node.links.filter(({ kind }) => kind === 'bridge')).toEqual(start.node.links.filter(({ kind }) => kind === 'bridge'))
    // what is left is what stands where this Pod never was
    const never = startOf({ ...walk, command: 'ADD' }, one.machines).node
    const bare = (netns: Netns) => sorted(inside(netns).links.map(({ ifindex: _index, ...link }) => link))
    expect(bare(end.node)).toEqual(bare(never))
  }
}
