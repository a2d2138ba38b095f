import type { Cluster, ClusterNode, ClusterPod } from '../../../cluster/cluster.ts'
import type { Conf, NetConf } from '../../../cluster/netconf/read.ts'
import { newNetns } from '../../../kernel/apply.ts'
import { nthOf, sizeOf } from '../../../net/cidr.ts'
import { compareIp, familyOf, type Ip } from '../../../net/ip.ts'
import { podNetns } from '../../agent.ts'
import { containerId } from '../container.ts'
import { hasOwnNetns, podsOf } from '../pods.ts'
import { addOf } from './list.ts'
import { resultJson } from './result.ts'
import { type Answered, type Asked, addList, callOf, delList, loopback, netnsPath, readNetd } from './runtime.ts'
import type { Step } from './types.ts'
import { undo } from './undo.ts'

/** How one Pod gets its network, or loses it, step by step. */
export interface CniWalk {
  readonly command: 'ADD' | 'DEL'
  readonly pod: ClusterPod
  readonly node: ClusterNode
  readonly steps: readonly Step[]
  /** What libcni hands to the runtime at the end of ADD. */
  readonly result?: Conf
  /** Why there is none: the kubelet's event on the Pod. */
  readonly event?: { readonly reason: string; readonly message: string }
  /** The cluster in which nothing of this walk's Pod stands yet: where ADD begins, and where DEL ends. */
  readonly without: Cluster
}

/** What keeps a walk from being told. */
export type NoWalk = 'no-node' | 'host-network' | 'finished' | 'lab-wires' | 'no-cni' | 'weave-full'

/** The first address by which Pods of a node are put in order: on a fresh node they were given one after another. */
const byAddress = (a: ClusterPod, b: ClusterPod): number => compareIp(a.podIPs[0] as Ip, b.podIPs[0] as Ip)

/** Pods whose sandbox has gone keep their addresses, so that nothing else in the cluster moves. */
function withoutPods(cluster: Cluster, gone: ReadonlySet<ClusterPod>): Cluster {
  return { ...cluster, pods: cluster.pods.map((pod) => (gone.has(pod) ? Object.assign(Object.create(pod), { phase: 'Pending' }) : pod)) }
}

/** What IPAM would give next on a node, where a Pod has nothing because another plugin failed. */
function nextAddress({ pods, calico }: Cluster, node: ClusterNode): readonly Ip[] {
  const used = new Set<string>(pods.flatMap(({ podIPs }) => podIPs))
  for (const { ipip, vxlan } of calico?.tunnels.values() ?? []) for (const one of [ipip, vxlan]) if (one !== undefined) used.add(one)
  const own = calico?.blocks.filter((block) => block.node === node.meta.name).map(({ cidr }) => cidr)
  const nets = own && own.length > 0 ? own : (calico?.pools.slice(0, 1).map(({ cidr }) => cidr) ?? node.podCIDRs)
  return nets
    .flatMap((net): readonly Ip[] => {
      const size = Number(sizeOf(net) > 65536n ? 65536n : sizeOf(net))
      for (let n = calico ? 0 : 2; n < size - (calico ? 0 : 1); n++) if (!used.has(nthOf(net, n))) return [nthOf(net, n)]
      return []
    })
    .filter((one, i, all) => all.findIndex((other) => familyOf(other) === familyOf(one)) === i)
}

/** The Pod as it is, or as it would be had nothing failed. */
function wished(cluster: Cluster, node: ClusterNode, pod: ClusterPod): { readonly cluster: Cluster; readonly pod: ClusterPod } {
  if (hasOwnNetns(pod)) return { cluster, pod }
  const podIPs = pod.stuck?.words === undefined ? nextAddress(cluster, node) : []
  const running: ClusterPod = Object.assign(Object.create(pod), { phase: 'Running', podIPs })
  return { cluster: { ...cluster, pods: cluster.pods.map((one) => (one === pod ? running : one)) }, pod: running }
}

const message = (id: string, error: string): { readonly reason: string; readonly message: string } => ({
  reason: 'FailedCreatePodSandBox',
  message: `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${id}": ${error}`,
})

function opening({ node, pod }: Asked): readonly Step[] {
  const netns = podNetns(pod)
  const [lo] = newNetns(netns, 'pod').links
  const down = lo && ({ do: 'link', link: { ...lo, up: false, addrs: [] } } as const)
  return [
    { from: 'kubelet', to: 'cri', program: 'kubelet', code: 'run-pod-sandbox', params: { pod: netns, node: node.meta.name } },
    {
      from: 'cri',
      to: 'kernel',
      program: 'containerd',
      code: 'netns',
      params: { netns: netnsPath(pod) },
      ops: [{ netns, ops: down ? [down] : [] }],
    },
  ]
}

function failed(asked: Asked, list: NetConf, added: readonly Step[], error: string, event: NonNullable<CniWalk['event']>): readonly Step[] {
  const { pod } = asked
  const netns = podNetns(pod)
  const undone = undo(asked, list, added)
  const shared = { from: 'cri', to: 'kernel', program: 'containerd' } as const
  return [
    { from: 'libcni', to: 'cri', program: 'libcni', code: 'sandbox-failed', error },
    { from: 'cri', to: 'libcni', program: 'containerd', code: 'clean-up' },
    ...undone.steps,
    undone.whole
      ? { ...shared, code: 'netns-gone', params: { netns: netnsPath(pod) }, gone: [{ netns, all: true }] }
      : { ...shared, to: 'cri', code: 'clean-up-failed', params: { netns: netnsPath(pod) } },
    {
      from: 'kubelet',
      to: 'api',
      program: 'kubelet',
      code: 'event',
      params: { pod: netns },
      error: `Warning  ${event.reason}  ${event.message}`,
    },
  ]
}

function added(asked: Asked): {
  readonly steps: readonly Step[]
  readonly answered?: Answered
  readonly list?: NetConf
  readonly event?: CniWalk['event']
} {
  const { steps: read, list } = readNetd(asked)
  const { pod } = asked
  if (list === undefined) {
    const text = pod.stuck?.text ?? 'network is not ready'
    const steps: readonly Step[] = [
      ...read,
      { from: 'cri', to: 'kubelet', program: 'containerd', code: 'network-not-ready', error: text },
      {
        from: 'kubelet',
        to: 'api',
        program: 'kubelet',
        code: 'event',
        params: { pod: podNetns(pod) },
        error: `Warning  NetworkNotReady  ${text}`,
      },
    ]
    return { steps, event: { reason: 'NetworkNotReady', message: text } }
  }
  const begin = [...opening(asked), ...read]
  const lo = loopback(asked)
  const answered = lo.error === undefined ? addList(asked, list) : lo
  const steps = lo.error === undefined ? [...begin, ...lo.steps, ...answered.steps] : [...begin, ...lo.steps]
  if (answered.error !== undefined) {
    const event = message(containerId(pod), answered.error)
    return { steps: [...steps, ...failed(asked, list, steps, answered.error, event)], answered, list, event }
  }
  return { steps, answered, list }
}

function closing(asked: Asked, list: NetConf): readonly Step[] {
  const { pod, cni } = asked
  const addresses = pod.podIPs.join(', ')
  const call = callOf(asked, 'ADD', list, {}, undefined)
  return [
    { from: 'libcni', to: 'cri', program: 'containerd', code: 'sandbox-ip', params: { addresses } },
    { from: 'cri', to: 'kernel', program: 'containerd', code: 'pause', params: { netns: netnsPath(pod) } },
    ...(cni.after?.(call) ?? []),
    { from: 'kubelet', to: 'api', program: 'kubelet', code: 'status', params: { pod: podNetns(pod), addresses } },
  ]
}

/** Who is asked about, or why there is nothing to tell. */
function asking(cluster: Cluster, pod: ClusterPod): Asked | NoWalk {
  const node = cluster.nodes.find(({ meta }) => meta.name === pod.nodeName)
  if (pod.spec.hostNetwork) return 'host-network'
  if (node === undefined) return 'no-node'
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed') return 'finished'
  if (node.interfaces !== undefined || cluster.cni.name === 'none') return 'lab-wires'
  const cni = addOf(cluster.cni.name)
  if (cni === undefined) return 'no-cni'
  if (cluster.weave?.peers.has(node.meta.name) && pod.podIPs.length === 0 && pod.stuck === undefined) return 'weave-full'
  const wish = wished(cluster, node, pod)
  const others = podsOf(cluster, node).filter((one) => one !== pod && hasOwnNetns(one))
  const own = wish.pod.podIPs[0]
  const before = own === undefined ? others : others.filter((one) => byAddress(one, wish.pod) < 0)
  return {
    ...wish,
    node,
    before,
    cni,
    ...(pod.stuck?.words === undefined ? {} : { refused: { text: pod.stuck.words, by: pod.stuck.by ?? 'ipam' } }),
  }
}

/** CNI ADD of a Pod, from the kubelet to status.podIPs; where it fails, up to the event. */
export function walkAdd(cluster: Cluster, pod: ClusterPod): CniWalk | NoWalk {
  const asked = asking(cluster, pod)
  if (typeof asked === 'string') return asked
  const { steps, answered, list, event } = added(asked)
  const standing = new Set(asked.before)
  const gone = new Set(podsOf(asked.cluster, asked.node).filter((one) => !standing.has(one)))
  const whole = answered?.result && list ? [...steps, ...closing(asked, list)] : steps
  return {
    ...{ command: 'ADD', pod: asked.pod, node: asked.node, steps: whole, without: withoutPods(asked.cluster, gone) },
    ...(answered?.result && list && { result: resultJson(answered.result, list.cniVersion) }),
    ...(event && { event }),
  }
}

/** CNI DEL of a Pod that runs: all other Pods of the node stay. */
export function walkDel(cluster: Cluster, pod: ClusterPod): CniWalk | NoWalk {
  const asked = asking(cluster, pod)
  if (typeof asked === 'string') return asked
  if (!hasOwnNetns(pod)) return 'finished'
  const { list } = readNetd(asked)
  if (list === undefined) return 'no-cni'
  const netns = podNetns(pod)
  const made = addList(asked, list).result
  const call = callOf(asked, 'DEL', list, {}, undefined)
  const steps: readonly Step[] = [
    { from: 'kubelet', to: 'cri', program: 'kubelet', code: 'stop-pod-sandbox', params: { pod: netns, node: asked.node.meta.name } },
    ...delList(asked, list, made),
    {
      from: 'cri',
      to: 'kernel',
      program: 'containerd',
      code: 'netns-gone',
      params: { netns: netnsPath(pod) },
      gone: [{ netns, all: true }],
    },
    ...(asked.cni.afterDel?.(call) ?? []),
    { from: 'kubelet', to: 'api', program: 'kubelet', code: 'pod-gone', params: { pod: netns } },
  ]
  return { command: 'DEL', pod, node: asked.node, steps, without: withoutPods(cluster, new Set([pod])) }
}
