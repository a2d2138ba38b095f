import type { Cluster } from '../../cluster/cluster.ts'
import type { Problem } from '../../trace/problem.ts'
import type { Cni } from './cni.ts'
import { flannel } from './flannel/flannel.ts'

const none: Cni = { name: 'none', program: () => [], problems: () => [] }

/** One line a CNI. */
const CNIS: readonly Cni[] = [none, flannel]

/** Names that `--cni` and a lab may say today. */
export const cniNames: readonly string[] = CNIS.map((c) => c.name)

/** The cluster's CNI; undefined when it is not modelled (see cniProblems). */
export const cniOf = (cluster: Cluster): Cni | undefined => CNIS.find((c) => c.name === cluster.cni.name)

/** Says aloud what is not modelled: `cni-not-modelled {cni}`, and what the CNI itself says. */
export const cniProblems = (cluster: Cluster): readonly Problem[] =>
  cniOf(cluster)?.problems(cluster) ?? [{ code: 'cni-not-modelled', params: { cni: cluster.cni.name }, severity: 'error' }]
