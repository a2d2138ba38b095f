import { cniProblems } from '../agents/cni/list.ts'
import { program } from '../agents/program.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { type Setup, settle } from '../cluster/settle.ts'
import { shortened } from '../cluster/shortened.ts'
import type { Machines } from '../kernel/machine.ts'
import type { Moment } from '../kernel/moment.ts'
import type { SourceFile } from '../manifest/object.ts'
import { DocumentCache, readManifests } from '../manifest/read.ts'
import type { Problem } from '../trace/problem.ts'
import { startCoreDns } from '../userspace/coredns/start.ts'
import { healthPart } from './balancer/late.ts'
import { dumpedMoment } from './dumped-moment.ts'
import { DumpCache, manifestsOf, readDumps } from './dumps.ts'
import { ingressProblems } from './ingress/late.ts'
import { located } from './located.ts'
import { timeline } from './timeline/late.ts'

/** A lab made ready to walk: what the files say, what the controllers made of it, and every machine's configuration. */
export interface World {
  readonly files: readonly SourceFile[]
  /** Number of objects that the files hold. */
  readonly objects: number
  readonly problems: readonly Problem[]
  readonly cluster: Cluster
  readonly machines: Machines
  /** The made-up things as YAML. */
  readonly defaults: string
  /** State that probes leave behind: conntrack, counters. Replaced, never changed in place. */
  moment: Moment
}

export const hasErrors = (problems: readonly Problem[]): boolean => problems.some((p) => p.severity === 'error')

/** text → objects → cluster → machines. With errors among the problems the world is a best effort and should not be walked. */
export function build(
  files: readonly SourceFile[],
  setup: Setup,
  cache: DocumentCache = new DocumentCache(),
  dumpCache: DumpCache = new DumpCache(),
): World {
  const { objects, problems } = readManifests(manifestsOf(files), cache)
  const dumps = readDumps(files, objects, dumpCache)
  const whole: Setup = { ...setup, startCoreDns, checkHealth: (...of) => healthPart.get().checkNodes(...of), dumps: dumps.dumps }
  const settled = settle(
    objects.filter((o) => o.step === undefined),
    whole,
  )
  const world: World = {
    files,
    objects: objects.length,
    problems: [
      ...problems,
      ...dumps.problems,
      ...settled.problems,
      ...shortened(located([...cniProblems(settled.cluster), ...ingressProblems(settled.cluster)], settled.cluster.causes.list, files)),
    ],
    cluster: settled.cluster,
    machines: program(settled.cluster),
    defaults: settled.defaults,
    moment: dumpedMoment(settled.cluster),
  }
  const goesOn = settled.cluster.proxy.config.refused === true || objects.some((o) => o.kind === 'Lab' && o.is.timeline.length > 0)
  return goesOn && !hasErrors(world.problems) ? timeline.get().lived(world, objects, whole, settled.problems) : world
}
