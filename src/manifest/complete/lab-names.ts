/** Names in the lab that a field can refer to. Made from the world of the last answer. */
export interface LabNames {
  readonly services: readonly Named[]
  readonly workloads: readonly (Named & { readonly kind: string })[]
  readonly configMaps: readonly Named[]
  readonly nodes: readonly { readonly name: string; readonly labels: Labels }[]
  readonly namespaces: readonly string[]
  readonly pods: readonly (Named & { readonly labels: Labels; readonly ports: readonly NamedPort[] })[]
  /** Who can ask and what can be asked for, in the command line's words. */
  readonly sources: readonly string[]
  readonly targets: readonly string[]
  readonly images: readonly string[]
  readonly cnis: readonly string[]
}

export interface Named {
  readonly namespace: string
  readonly name: string
}
export interface NamedPort {
  /** '' when unnamed. */
  readonly name: string
  readonly port: number
}
export type Labels = Readonly<Record<string, string>>

export const NO_NAMES: LabNames = {
  services: [],
  workloads: [],
  configMaps: [],
  nodes: [],
  namespaces: [],
  pods: [],
  sources: [],
  targets: [],
  images: [],
  cnis: [],
}
