import type { LabProbe } from '../kinds.ts'

/** What happens before the lab is asked: one thing a step. A step without any applies objects, which stand beside the Lab with the step's number. */
export interface LabStep {
  readonly delete?: { readonly kind: string; readonly name: string; readonly namespace?: string }
  /** To kube-proxy of `nodes`, of all nodes unless told. */
  readonly kubeProxy?: 'stop' | 'start' | 'restart' | 'cleanup'
  readonly nodes?: readonly string[]
  readonly probe?: LabProbe
  /** Seconds that pass. */
  readonly wait?: number
}
