import type { AgentProblem } from '../../agents/cni/cni.ts'
import type { ProbeQuestion } from '../../answer.ts'
import type { Cluster, ClusterPod } from '../../cluster/cluster.ts'
import type { ControllerName } from '../../cluster/data/controllers.ts'
import { Late } from '../../trace/late.ts'
import type { Problem } from '../../trace/problem.ts'
import type { World } from '../world.ts'

/** Ingress controllers, for labs that have Ingresses or a Pod of theirs. */
export const ingressPart = new Late(() => import('./part.ts'))

/** Words in the labels or images of every controller that is known. */
const LIKE = /ingress|traefik|contour|emissary|ambassador/

/** Which controller a Pod is; most are none, and their look needs no code that comes late. */
export function controllerOfPod(pod: ClusterPod): ControllerName | undefined {
  const { labels } = pod.meta
  const words = [...Object.entries(labels).flat(), ...pod.spec.containers.map((c) => c.image)]
  return words.some((word) => LIKE.test(word)) ? ingressPart.get().controllerNamed(pod) : undefined
}

/** Kinds that one controller or another reads beside Ingresses. */
const CUSTOM = /^(IngressRoute|HTTPProxy|Mapping|VirtualService)$/

/** What controllers say of the lab's Ingresses. */
export const ingressProblems = (cluster: Cluster): readonly AgentProblem[] =>
  cluster.ingresses.length === 0 && !cluster.others.some((o) => CUSTOM.test(o.is.kind)) ? [] : ingressPart.get().problemsOf(cluster)

/** The question with `--connect ingress` as an address. */
export function connected(world: World, question: ProbeQuestion): ProbeQuestion | { readonly problem: Problem } {
  if (question.connect !== 'ingress') return question
  const connect = ingressPart.get().addressFor(world.cluster, question)
  return connect === undefined ? { problem: { code: 'connect-ingress', params: {}, severity: 'error' } } : { ...question, connect }
}

/** Files that a Pod's program has written for itself: the nginx.conf of ingress-nginx. */
export const programFiles = (cluster: Cluster, pod: ClusterPod): Readonly<Record<string, string>> =>
  controllerOfPod(pod) === 'ingress-nginx' ? ingressPart.get().nginxFiles(cluster) : {}
