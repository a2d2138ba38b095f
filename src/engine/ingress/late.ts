import type { AgentProblem } from '../../agents/cni/cni.ts'
import type { ProbeQuestion } from '../../answer.ts'
import type { Cluster, ClusterPod } from '../../cluster/cluster.ts'
import { controllerOf } from '../../cluster/data/controllers.ts'
import { Late } from '../../trace/late.ts'
import type { Problem } from '../../trace/problem.ts'
import type { World } from '../world.ts'

/** Ingress controllers, for labs that have Ingresses or a Pod of theirs. */
export const ingressPart = new Late(() => import('./part.ts'))

/** What controllers say of the lab's Ingresses. */
export const ingressProblems = (cluster: Cluster): readonly AgentProblem[] =>
  cluster.ingresses.length === 0 ? [] : ingressPart.get().problemsOf(cluster)

/** The question with `--connect ingress` as an address. */
export function connected(world: World, question: ProbeQuestion): ProbeQuestion | { readonly problem: Problem } {
  if (question.connect !== 'ingress') return question
  const connect = ingressPart.get().addressFor(world.cluster, question)
  return connect === undefined ? { problem: { code: 'connect-ingress', params: {}, severity: 'error' } } : { ...question, connect }
}

/** Files that a Pod's program has written for itself: the nginx.conf of ingress-nginx. */
export const programFiles = (cluster: Cluster, pod: ClusterPod): Readonly<Record<string, string>> =>
  controllerOf({ labels: pod.meta.labels, images: pod.spec.containers.map((c) => c.image) }) === 'ingress-nginx'
    ? ingressPart.get().nginxFiles(cluster)
    : {}
