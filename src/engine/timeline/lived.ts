import { program } from '../../agents/program.ts'
import { cleaned, looked, started, stopped, synced } from '../../agents/proxy/process/run.ts'
import type { Cluster, NodeProxy } from '../../cluster/cluster.ts'
import { type Settled, type Setup, settle } from '../../cluster/settle.ts'
import { Moment } from '../../kernel/moment.ts'
import type { LabObject, ManifestObject } from '../../manifest/kinds.ts'
import type { LabStep } from '../../manifest/past/steps.ts'
import type { Ip } from '../../net/ip.ts'
import type { Problem, Where } from '../../trace/problem.ts'
import { probe } from '../probe.ts'
import type { World } from '../world.ts'
import { appliedTo, deletedFrom } from './objects.ts'

/** A lab at one moment of its timeline. */
interface Now {
  /** The objects that a step applies. */
  readonly later: (lab: LabObject, step: number) => readonly ManifestObject[]
  objects: readonly ManifestObject[]
  settled: Settled
  proxies: Map<string, NodeProxy>
  moment: Moment
  /** Every address that a Pod ever had. */
  taken: readonly Ip[]
  problems: readonly Problem[]
  /** Where each node's kube-proxy was last told something. */
  readonly calls: Map<string, Where>
}

const addressesOf = ({ pods }: Cluster): readonly Ip[] => pods.flatMap((p) => (p.spec.hostNetwork ? [] : p.podIPs))

/** The cluster with what its kube-proxies have done so far. */
const clusterOf = (now: Now): Cluster => ({ ...now.settled.cluster, proxies: now.proxies })

/** The control plane acts on the objects, and each kube-proxy that runs hears of it. */
function resettle(now: Now, objects: readonly ManifestObject[], setup: Setup): void {
  const before = { cluster: now.settled.cluster, taken: now.taken }
  const { checkHealth } = setup
  // a load balancer asks the kube-proxies as they are, not as a fresh start would leave them
  const asking: Setup = checkHealth
    ? { ...setup, checkHealth: (cluster, ...rest) => checkHealth({ ...cluster, proxies: now.proxies }, ...rest) }
    : setup
  const settled = settle(objects, { ...asking, before })
  const { cluster } = settled
  const proxies = new Map<string, NodeProxy>()
  for (const { meta } of cluster.nodes) {
    const own = now.proxies.get(meta.name)
    proxies.set(meta.name, own ? synced(own, cluster, meta.name, now.moment) : started(undefined, cluster, meta.name, now.moment))
  }
  Object.assign(now, { objects, settled, proxies, taken: [...new Set([...now.taken, ...addressesOf(cluster)])] })
  now.problems = [...now.problems, ...settled.problems.filter((p) => p.severity === 'error')]
}

function call(was: NodeProxy, what: NonNullable<LabStep['kubeProxy']>, cluster: Cluster, node: string, moment: Moment): NodeProxy {
  switch (what) {
    case 'stop':
      return stopped(was)
    case 'start':
      return was.state === 'running' ? was : started(was, cluster, node, moment)
    case 'restart':
      return started(was, cluster, node, moment)
    case 'cleanup':
      return cleaned(was)
  }
}

const SECOND = 1_000_000_000

function step(now: Now, lab: LabObject, i: number, one: LabStep, world: World, setup: Setup): void {
  const where = (field: string) => lab.source.where(`spec.timeline[${i}].${field}`)
  const tell = (problem: Omit<Problem, 'where'>, field: string): void => {
    now.problems = [...now.problems, { ...problem, where: where(field) }]
  }
  if (one.delete) {
    const left = deletedFrom(now.objects, one.delete)
    if (left.length === now.objects.length)
      tell({ code: 'timeline-no-object', params: { object: `${one.delete.kind} ${one.delete.name}` }, severity: 'error' }, 'delete')
    else resettle(now, left, setup)
  } else if (one.kubeProxy !== undefined) {
    const names = now.settled.cluster.nodes.map((n) => n.meta.name)
    for (const node of one.nodes ?? names) {
      const own = now.proxies.get(node)
      if (own === undefined) {
        tell({ code: 'timeline-no-node', params: { node, names: names.join(', ') }, severity: 'error' }, 'nodes')
        continue
      }
      now.proxies.set(node, call(own, one.kubeProxy, now.settled.cluster, node, now.moment))
      now.calls.set(node, where('kubeProxy'))
    }
    now.proxies = new Map(now.proxies)
    if (now.settled.cluster.balancers) resettle(now, now.objects, setup)
  } else if (one.probe) {
    const cluster = clusterOf(now)
    const at: World = { ...world, cluster, machines: program(cluster), moment: now.moment }
    const { problems } = probe(at, one.probe, { seed: cluster.seed, commit: true })
    for (const problem of problems) tell(problem, 'probe')
    now.moment = at.moment
  } else if (one.wait !== undefined) {
    now.moment.clock += one.wait * SECOND
    now.proxies = new Map([...now.proxies].map(([node, own]) => [node, looked(own, node, now.moment)]))
  } else {
    resettle(now, appliedTo(now.objects, now.later(lab, i)), setup)
  }
}

/** Nodes whose kube-proxy stands still at the end: their rules are of an earlier time. */
const idle = ({ proxies, calls }: Now): readonly Problem[] =>
  [...proxies].flatMap(([node, { state }]): readonly Problem[] => {
    const where = calls.get(node)
    return state === 'stopped' && where ? [{ code: 'proxy-stopped', params: { node }, severity: 'hint', where }] : []
  })

/**
 * A lab after its timeline: `world` is the lab at its start, which is left as it is, `found` what the control plane had to say of it. Each step
 * acts on what the steps before it left: objects, what kube-proxies have written, connections. Mistakes in a step are problems with its place;
 * warnings and hints are those of the end.
 */
export function lived(world: World, all: readonly ManifestObject[], setup: Setup, found: readonly Problem[]): World {
  const { cluster } = world
  const moment = world.moment.fork()
  const objects = all.filter((o) => o.step === undefined)
  const now: Now = {
    later: (lab, i) => all.filter((o) => o.step === i && o.source.file === lab.source.file && o.source.document === lab.source.document),
    objects,
    settled: { cluster, problems: found, defaults: world.defaults },
    // what a dump shows of connections has seen its kube-proxy start already
    proxies: new Map(cluster.nodes.map(({ meta }) => [meta.name, started(undefined, cluster, meta.name, new Moment())])),
    moment,
    taken: addressesOf(cluster),
    problems: [],
    calls: new Map(),
  }
  const steps = objects.flatMap((lab) => (lab.kind === 'Lab' ? lab.is.timeline.map((one, i) => ({ lab, i, one })) : []))
  for (const { lab, i, one } of steps) {
    step(now, lab, i, one, world, setup)
    // what does not settle cannot be walked, and what follows stands on it
    if (now.problems.length > 0) break
  }
  const after = clusterOf(now)
  const others = world.problems.filter((p) => !found.includes(p))
  const told = new Map([...others, ...now.settled.problems, ...now.problems, ...idle(now)].map((p) => [JSON.stringify(p), p]))
  const problems = [...told.values()]
  return { ...world, cluster: after, machines: program(after), moment: now.moment, defaults: now.settled.defaults, problems }
}
