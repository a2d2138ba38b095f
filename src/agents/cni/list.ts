import type { Cluster } from '../../cluster/cluster.ts'
import type { AgentProblem, Cni } from './cni.ts'
import { flannel } from './flannel/flannel.ts'

const none: Cni = { name: 'none', program: () => [], problems: () => [] }

/** One line a CNI. */
const CNIS: readonly Cni[] = [none, flannel]

/** Names that `--cni` and a lab may say today. */
export const cniNames: readonly string[] = CNIS.map((c) => c.name)

/** The cluster's CNI; undefined when it is not modelled. */
export const cniOf = (cluster: Cluster): Cni | undefined => CNIS.find((c) => c.name === cluster.cni.name)

/** What the lab wants of its CNI and we do not model. An unknown or unmodelled CNI is the cluster room's to report. */
export const cniProblems = (cluster: Cluster): readonly AgentProblem[] => cniOf(cluster)?.problems(cluster) ?? []
