import { podNetns } from '../../agents/agent.ts'
import type { Gone, Step } from '../../agents/cni/add/types.ts'
import { type CniWalk, type NoWalk, walkAdd, walkDel } from '../../agents/cni/add/walk.ts'
import { runtimeName } from '../../agents/cni/sandbox.ts'
import { program } from '../../agents/program.ts'
import type { Cluster } from '../../cluster/cluster.ts'
import { applyOps, newNetns } from '../../kernel/apply.ts'
import { printSave } from '../../kernel/iptables/print.ts'
import type { Link, Machines, Netns } from '../../kernel/machine.ts'
import { showRoutes } from '../../tools/ip/route.ts'
import type { ToolContext } from '../../tools/tool.ts'
import { commandsOf } from './commands.ts'
import type { CniView, ShownStep, ShownWalk, Wired, WiredLink } from './shape.ts'

/** Namespaces of a walk's node and Pod at one moment. */
export interface Scene {
  readonly node: Netns
  readonly pod?: Netns
}

function without(netns: Netns, { links = [] }: Gone): Netns {
  return {
    ...netns,
    links: netns.links.filter(({ dev }) => !links.includes(dev)),
    routes: netns.routes.filter(({ dev }) => dev === undefined || !links.includes(dev)),
    neigh: netns.neigh.filter(({ dev }) => !links.includes(dev)),
    fdb: netns.fdb.filter(({ dev }) => !links.includes(dev)),
  }
}

/** The scene after a step. */
export function after(scene: Scene, step: Step, pod: string): Scene {
  let { node, pod: own } = scene
  for (const { netns, ops } of step.ops ?? []) {
    if (netns === pod) own = applyOps(own ?? newNetns(pod, 'pod'), ops)
    else node = applyOps(node, ops)
  }
  for (const gone of step.gone ?? []) {
    if (gone.netns === node.name) node = without(node, gone)
    else if (own !== undefined) own = gone.all ? undefined : without(own, gone)
  }
  return { node, ...(own && { pod: own }) }
}

/** Where a walk begins: ADD without the Pod, DEL with it. */
export function startOf(walk: CniWalk, machines: Machines): Scene {
  const name = walk.node.meta.name
  const bare = newNetns(name, 'node')
  if (walk.command === 'ADD') return { node: program(walk.without).netns(name) ?? bare }
  const pod = machines.netns(podNetns(walk.pod))
  return { node: machines.netns(name) ?? bare, ...(pod && { pod }) }
}

const shownLink = (link: Link): WiredLink => ({
  ...{ dev: link.dev, kind: link.kind, mac: link.mac, addrs: link.addrs, mtu: link.mtu, up: link.up },
  ...(link.master === undefined ? {} : { master: link.master }),
  ...(link.hairpin ? { hairpin: true } : {}),
  ...(link.peer === undefined ? {} : { peer: link.peer }),
})

const routesOf = (netns: Netns, keep: (line: string) => boolean): readonly string[] => {
  const context = { netns } as ToolContext
  const lines = ([4, 6] as const).flatMap((family) => [...showRoutes(context, [], family).stdout])
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !/^(fe80:|::1 dev lo)/.test(line) && keep(line))
}

function wiredOf({ node, pod }: Scene, name: string): Wired {
  const others = node.links.filter(({ peer }) => peer !== undefined && peer[0] !== node.name && peer[0] !== name)
  const foreign = new Set(others.map(({ dev }) => dev))
  const shown = node.links.filter(({ dev, kind }) => kind !== 'loopback' && !foreign.has(dev))
  const isForeign = (line: string): boolean => [...foreign].some((dev) => line.includes(` dev ${dev}`))
  return {
    ...(pod && { pod: { links: pod.links.map(shownLink), routes: routesOf(pod, () => true) } }),
    node: { links: shown.map(shownLink), routes: routesOf(node, (line) => !isForeign(line)) },
    others: others.length,
  }
}

const laidOut = (value: unknown): string => JSON.stringify(value, undefined, 2)

/** Lines of iptables-save that name a device: what a daemon wrote for it. */
const linesAbout = (netns: Netns | undefined, dev: string): readonly string[] =>
  netns === undefined
    ? []
    : [...printSave(netns.rules[4])].map((line) => line.trimEnd()).filter((line) => line.includes(dev) && line.startsWith('-A'))

/** Felix's rules are those of the built world; a Pod that never got its network has none. */
const isFelix = (step: Step): boolean => step.code === 'felix' || step.code === 'felix-del'

const removing = (gone: Gone, node: string): ShownStep['commands'] => [
  ...(gone.netns === node ? (gone.links ?? []).map((dev) => ({ at: 'node', text: `ip link del ${dev}` }) as const) : []),
  ...(gone.rules ?? [])
    .filter((line) => line.includes(' -A '))
    .map((line) => ({ at: 'node', text: line.replace(' -A ', ' -D ') }) as const),
]

/** A walk with what each step leaves, ready to be shown. */
export function shownWalk(walk: CniWalk, cni: string, machines: Machines): ShownWalk {
  const [pod, node] = [podNetns(walk.pod), walk.node.meta.name]
  let scene = startOf(walk, machines)
  const steps = walk.steps.map((step): ShownStep => {
    const was = scene
    scene = after(was, step, pod)
    const typed = (step.ops ?? []).flatMap(({ netns, ops }, i) => {
      const at = netns === pod ? 'pod' : 'node'
      const from = at === 'pod' ? (was.pod ?? newNetns(pod, 'pod')) : was.node
      // `netns 1`: that of process 1, the node's
      const peerIn = i > 0 ? undefined : at === 'pod' ? '1' : runtimeName(pod)
      return commandsOf(from, ops, peerIn).map((text) => ({ at, text }) as const)
    })
    const commands = [...(step.code === 'netns' ? [] : typed), ...(step.gone ?? []).flatMap((gone) => removing(gone, node))]
    return {
      ...{ from: step.from, to: step.to, program: step.program, code: step.code, params: step.params ?? {} },
      commands,
      ...(step.env && { env: step.env }),
      ...(step.stdin && { stdin: laidOut(step.stdin) }),
      ...(step.stdout && { stdout: laidOut(step.stdout) }),
      files: step.files ?? [],
      lines: isFelix(step) ? linesAbout(machines.netns(node), String(step.params?.['host'])) : (step.lines ?? []),
      ...(step.error === undefined ? {} : { error: step.error }),
      after: wiredOf(scene, pod),
    }
  })
  return {
    command: walk.command,
    pod,
    node,
    cni,
    steps,
    ...(walk.result && { result: laidOut(walk.result) }),
    ...(walk.event && { event: walk.event }),
  }
}

/** ADD or DEL of the Pod `NS/NAME`; undefined: there is no such Pod. */
export function cniWalk(cluster: Cluster, machines: Machines, name: string, command: 'ADD' | 'DEL'): ShownWalk | NoWalk | undefined {
  const pod = cluster.pods.find((one) => podNetns(one) === name)
  if (pod === undefined) return undefined
  const walk = command === 'ADD' ? walkAdd(cluster, pod) : walkDel(cluster, pod)
  return typeof walk === 'string' ? walk : shownWalk(walk, cluster.cni.name, machines)
}

/** A walk for the page, of the Pod that it names, else of one that is worth a look. */
export function cniView(cluster: Cluster, machines: Machines, command: 'ADD' | 'DEL', name?: string): CniView {
  const pods = cluster.pods
    .filter(({ spec, nodeName }) => !spec.hostNetwork && nodeName !== '')
    .map((pod) => ({ name: podNetns(pod), stuck: pod.stuck !== undefined }))
  const pod = (pods.find((one) => one.name === name) ?? pods.find(({ stuck }) => stuck) ?? pods[0])?.name ?? ''
  const walk = cniWalk(cluster, machines, pod, command)
  return { pods, pod, ...(typeof walk === 'string' ? { none: walk } : walk && { walk }) }
}
