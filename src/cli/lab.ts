import type { ProbeQuestion } from '../answer.ts'
import type { ClusterNode } from '../cluster/cluster.ts'
import type { Setup } from '../cluster/settle.ts'
import { DumpCache } from '../engine/dumps.ts'
import { build, hasErrors, type World } from '../explain.ts'
import { nearest } from '../manifest/schema/near.ts'
import { parseIp } from '../net/ip.ts'
import type { Problem } from '../trace/problem.ts'
import { type Asked, numberOf } from './asked.ts'
import type { Desk } from './desk.ts'
import { readLabFiles } from './dumpfiles.ts'
import { complaint, printProblem } from './problems.ts'
import { type Result, refused } from './result.ts'

/** A lab ready to walk, or the answer that says why there is none. */
export type Opened =
  /** `warnings`: what the reader should know all the same, for stderr. */
  { readonly world: World; readonly seed: number; readonly warnings: string } | { readonly refused: Result }

const MOST_SEED = 4_294_967_295

/** Whether a probe needs what the files may not have: a name server, an outside client. */
function wantsOf(probes: readonly ProbeQuestion[], { ingresses }: World['cluster']): Setup['wants'] {
  const host = probes.map((p) => /^host\/(.+)$/.exec(p.from)?.[1]).find((name) => name !== undefined)
  const dns = probes.some((p) => {
    const name = hostOf(p.to)
    return p.connect === undefined && name !== undefined && parseIp(name) === undefined
  })
  const served = new Set(ingresses.flatMap(({ spec }) => spec.rules.map((rule) => rule.host)))
  const ingress = probes.some((p) => p.connect === 'ingress' || (p.connect === undefined && served.has(hostOf(p.to) ?? '')))
  return { everything: false, dns, ...(host === undefined ? {} : { host }), ...(ingress ? { ingress } : {}) }
}

/** The host of a URL, without the brackets of IPv6. */
const hostOf = (url: string): string | undefined => {
  const host = /^[a-z]+:\/\/(\[[^\]]*\]|[^/:?#]*)/i.exec(url)?.[1]
  return host?.startsWith('[') ? host.slice(1, -1) : host
}

/**
 * Reads and settles the lab that a command names. `probes`: what is going to be asked, so that only what these need is made up;
 * as a function of the lab when the lab itself says it.
 */
export function openLab(asked: Asked, desk: Desk, probes: (world: World) => readonly ProbeQuestion[] = () => []): Opened {
  const overrides = overridesOf(asked)
  const { files, problems } = readLabFiles(asked.files, desk)
  if ('severity' in overrides) return { refused: refused([overrides, ...problems], asked.lang) }
  if (problems.length > 0) return { refused: refused(problems, asked.lang) }
  const dumps = new DumpCache()
  const made = (wants: Setup['wants']): World => build(files, { ...overrides, wants }, desk.documents, dumps)
  const plain = made({ everything: false, dns: false })
  const wants = hasErrors(plain.problems) ? undefined : wantsOf(probes(plain), plain.cluster)
  const world = wants && (wants.dns || wants.ingress === true || wants.host !== undefined) ? made(wants) : plain
  if (hasErrors(world.problems)) return { refused: refused(ofSeverity(world.problems, 'error'), asked.lang) }
  const warnings = ofSeverity(world.problems, 'warning')
    .map((p) => printProblem(p, asked.lang))
    .join('')
  return { world, seed: overrides.seed ?? world.cluster.seed, warnings }
}

const ofSeverity = (problems: readonly Problem[], severity: Problem['severity']): readonly Problem[] =>
  problems.filter((p) => p.severity === severity)

/** What the command line says over the heads of the files. */
export function overridesOf(asked: Asked): Pick<Setup, 'proxy' | 'cni' | 'seed'> | Problem {
  const seed = numberOf(asked, '--seed', 0, MOST_SEED)
  if (typeof seed === 'object') return seed
  const [proxy, cni] = [asked.option('--proxy'), asked.option('--cni')]
  return { ...(proxy === undefined ? {} : { proxy }), ...(cni === undefined ? {} : { cni }), ...(seed === undefined ? {} : { seed }) }
}

/** The node that `--node` names, or what is wrong with it. */
export function nodeOf(asked: Asked, world: World): ClusterNode | Problem {
  const name = asked.option('--node') ?? ''
  const { nodes } = world.cluster
  const names = nodes.map((n) => n.meta.name)
  const near = nearest(name, names)
  return (
    nodes.find((n) => n.meta.name === name) ??
    complaint('no-such-node', { name, names: names.slice(0, 10).join(', '), ...(near === undefined ? {} : { near }) })
  )
}
