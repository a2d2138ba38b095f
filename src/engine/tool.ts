import { podNetns } from '../agents/agent.ts'
import { cniOf } from '../agents/cni/list.ts'
import { proxyProcess } from '../agents/proxy/process/late.ts'
import { environment } from '../cluster/kubelet/env.ts'
import { entriesOf } from '../kernel/bpf/maps.ts'
import { entriesOf as tracked, viewOf } from '../kernel/conntrack.ts'
import { ipvs } from '../kernel/ipvs/late.ts'
import type { Netns } from '../kernel/machine.ts'
import { runTool as run } from '../tools/list.ts'
import type { BgpPeer, ToolContext } from '../tools/tool.ts'
import type { Problem } from '../trace/problem.ts'
import { closest } from './closest.ts'
import { programFiles } from './ingress/late.ts'
import type { World } from './world.ts'

export interface ToolRun {
  readonly code: number
  readonly stdout: readonly string[]
  readonly stderr: readonly string[]
}

/** The netns of a node, `NS/POD` or `host/NAME`; a hostNetwork pod's is its node's. */
export function netnsNamed(world: World, name: string): string {
  const pod = world.cluster.pods.find((p) => podNetns(p) === name)
  return pod?.spec.hostNetwork ? pod.nodeName : name
}

/** A hostNetwork pod lives in its node's netns, but its files are its own. */
function withFilesOf(netns: Netns, pod: string): Netns {
  const own = Object.entries(netns.files).flatMap(([path, text]) => (path.startsWith(`${pod}/`) ? [[path.slice(pod.length), text]] : []))
  return { ...netns, files: { ...netns.files, ...Object.fromEntries(own) } }
}

/** A node's sides of its BGP sessions; undefined where its CNI speaks none. */
const peersOf = ({ cluster }: World, node: string): readonly BgpPeer[] | undefined =>
  cniOf(cluster)
    ?.peering?.(cluster)
    ?.sessions.flatMap(({ ends, down }) => ends.flatMap((end) => (end.node === node ? [{ ...end, ...(down && { down }) }] : [])))

/** Runs an operator's command in a netns of the world, as it stands after the probes so far. */
export function runTool(world: World, name: string, argv: readonly string[]): ToolRun | { readonly problem: Problem } {
  const pod = world.cluster.pods.find((p) => podNetns(p) === name)
  const found = world.machines.netns(netnsNamed(world, name))
  const written = argv[0] === 'cat' && pod ? programFiles(world.cluster, pod) : {}
  const own = found && pod?.spec.hostNetwork ? withFilesOf(found, name) : found
  const netns = own && { ...own, files: { ...own.files, ...written } }
  if (!netns) {
    const near = closest(name, world.machines.names)
    return {
      problem: {
        code: near === undefined ? 'unknown-netns' : 'unknown-netns-near',
        params: { name, ...(near === undefined ? {} : { near }) },
        severity: 'error',
      },
    }
  }
  const { moment, machines } = world
  const node = world.cluster.nodes.find((n) => n.meta.name === name)
  const machine = netns.bpf?.machine
  const context: ToolContext = {
    netns,
    machines,
    counters: ({ family, table, chain, index }) =>
      moment.counters.get(`${netns.name} ${family} ${table} ${chain} ${index === -1 ? 'policy' : index}`) ?? { packets: 0, bytes: 0 },
    conntrack: tracked(moment, netns.name).map((e) => viewOf(e, moment.clock)),
    ...(netns.ipvs
      ? { ipvs: { conns: ipvs.get().connsOf(moment, netns.name), stats: moment.ipvs.get(netns.name)?.stats ?? new Map() } }
      : {}),
    ...(machine === undefined ? {} : { flows: (map) => entriesOf(moment, machine, map) }),
    now: moment.clock,
    ...(pod ? { variables: environment(world.cluster, pod) } : {}),
    ...(node ? { bgp: () => peersOf(world, node.meta.name) } : {}),
    ...(node
      ? { proxyLog: (previous) => proxyProcess.get().logLines(world.cluster, node, world.cluster.proxies?.get(node.meta.name), previous) }
      : {}),
  }
  const result = run(context, argv)
  return { code: result.code, stdout: [...result.stdout], stderr: result.stderr }
}
