import { hostNetns, podNetns } from '../agents/agent.ts'
import { libraryOf } from '../cluster/data/images.ts'
import type { Machines } from '../kernel/machine.ts'
import { familyOf, type Ip } from '../net/ip.ts'
import type { Problem } from '../trace/problem.ts'
import { closest } from './closest.ts'
import { withVisitor } from './visitor.ts'
import type { World } from './world.ts'

/** Where a probe starts: the netns, and the files that its program reads. */
export interface ProbeSource {
  readonly netns: string
  readonly machines: Machines
  readonly files: {
    readonly resolvConf: string
    readonly hosts: string
    /** Families in which it has an address of its own. */
    readonly own: readonly (4 | 6)[]
    /** The C library of a Pod's first image; machines have glibc. */
    readonly libc?: 'glibc' | 'musl'
    /** Where the question names an address of the machine: what the program binds to. */
    readonly from?: Ip
  }
}

/** Everybody who can send a probe, in the command line's words. */
export function sourcesOf(world: World): readonly string[] {
  const { cluster } = world
  return [...cluster.pods.map(podNetns), ...cluster.nodes.map((n) => `node/${n.meta.name}`), ...cluster.hosts.map(hostNetns)]
}

const unknown = (world: World, from: string): { readonly problem: Problem } => {
  const near = closest(from, sourcesOf(world))
  return {
    problem: {
      code: near === undefined ? 'unknown-source' : 'unknown-source-near',
      params: { from, ...(near === undefined ? {} : { near }) },
      severity: 'error',
    },
  }
}

/** Finds `NS/POD`, `node/NAME`, `host/NAME` or `ip/ADDRESS@node/NAME`. */
export function findSource(world: World, from: string): ProbeSource | { readonly problem: Problem } {
  const { cluster } = world
  if (from.startsWith('ip/')) {
    const visitor = withVisitor(world, from)
    if (!visitor) return unknown(world, from)
    const found = at(visitor.machines, visitor.netns)
    return visitor.address === undefined ? found : { ...found, files: { ...found.files, from: visitor.address } }
  }
  if (from.startsWith('node/')) {
    const name = from.slice('node/'.length)
    return cluster.nodes.some((n) => n.meta.name === name) ? at(world.machines, name) : unknown(world, from)
  }
  if (from.startsWith('host/')) return cluster.hosts.some((h) => hostNetns(h) === from) ? at(world.machines, from) : unknown(world, from)
  const pod = cluster.pods.find((p) => podNetns(p) === from)
  if (!pod) return unknown(world, from)
  const { stuck } = pod
  if (stuck) return { problem: { code: 'source-stuck', params: { from, reason: stuck.reason, text: stuck.text }, severity: 'error' } }
  if (pod.podIPs.length === 0) return { problem: { code: 'source-pending', params: { from }, severity: 'error' } }
  const found = at(world.machines, pod.spec.hostNetwork ? pod.nodeName : from, pod.spec.hostNetwork ? from : undefined)
  return { ...found, files: { ...found.files, libc: libraryOf(pod.spec.containers[0]?.image ?? '') } }
}

function at(machines: Machines, netns: string, owner?: string): ProbeSource {
  const files = machines.netns(netns)?.files ?? {}
  const read = (path: string): string => files[owner === undefined ? path : `${owner}${path}`] ?? files[path] ?? ''
  const addrs =
    machines
      .netns(netns)
      ?.links.filter((l) => l.kind !== 'loopback')
      .flatMap((l) => l.addrs) ?? []
  const own = ([4, 6] as const).filter((f) => addrs.some((a) => familyOf(a) === f))
  return { netns, machines, files: { resolvConf: read('/etc/resolv.conf'), hosts: read('/etc/hosts'), own } }
}
