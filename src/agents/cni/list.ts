import type { Cluster } from '../../cluster/cluster.ts'
import { Late } from '../../trace/late.ts'
import { unenforced } from '../policy/enforced.ts'
import type { AgentProblem, Cni } from './cni.ts'
import { flannel } from './flannel/flannel.ts'
import { flannelNft } from './late.ts'
import { portmap } from './portmap/late.ts'

const calico = (name: string): Late<Cni> => new Late(async () => (await import('./calico/calico.ts')).calicoAs(name))

const none: Cni = { name: 'none', program: () => [], problems: () => [] }

/** One line a CNI; those that few labs have come when they are needed. */
const CNIS: Readonly<Record<string, Cni | Late<Cni>>> = {
  none,
  flannel,
  'flannel-host-gw': new Late(async () => (await import('./flannel-host-gw/host-gw.ts')).hostGw),
  'flannel-ipip': new Late(async () => (await import('./flannel-ipip/ipip.ts')).ipip),
  bridge: new Late(async () => (await import('./plain-bridge/plain-bridge.ts')).plainBridge),
  canal: new Late(async () => (await import('./canal/canal.ts')).canal),
  calico: calico('calico'),
  'calico-ipip': calico('calico-ipip'),
  'calico-ipip-crosssubnet': calico('calico-ipip-crosssubnet'),
  'calico-vxlan': calico('calico-vxlan'),
  'calico-vxlan-crosssubnet': calico('calico-vxlan-crosssubnet'),
  weave: new Late(async () => (await import('./weave/weave.ts')).weave),
  cilium: new Late(async () => (await import('./cilium/cilium.ts')).cilium),
  'cilium-native': new Late(async () => (await import('./cilium/cilium.ts')).ciliumNative),
}

/** For who loads all parts. */
export const cniParts: readonly Late<unknown>[] = [portmap, flannelNft, ...Object.values(CNIS).filter((one) => one instanceof Late)]

/** Names that `--cni` and a lab may say today. */
export const cniNames: readonly string[] = Object.keys(CNIS)

/** The cluster's CNI; undefined when it is not modelled. Throws `Missing` while its part is not loaded. */
export function cniOf({ cni }: Cluster): Cni | undefined {
  const one = CNIS[cni.name]
  return one instanceof Late ? one.get() : one
}

/** What the lab wants of its CNI and we do not model. An unknown or unmodelled CNI is the cluster room's to report. */
export const cniProblems = (cluster: Cluster): readonly AgentProblem[] => [
  ...(cniOf(cluster)?.problems(cluster) ?? []),
  ...unenforced(cluster),
]
