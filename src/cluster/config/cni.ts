import { nearest } from '../../manifest/schema/near.ts'
import { Causes } from '../../trace/cause.ts'
import { calico } from '../calico/late.ts'
import type { Cluster } from '../cluster.ts'
import { flannelText } from '../defaults/text.ts'
import { causeAt, newSettling, report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import type { FlannelNet } from './flannel.ts'
import { FLANNEL_FIELD } from './flannel.ts'
import type { Networks } from './networks.ts'

/** Names that --cni knows. */
const CNI_NAMES: readonly string[] = [
  'none',
  'bridge',
  'flannel',
  'flannel-host-gw',
  'flannel-ipip',
  'calico',
  'calico-ipip',
  'calico-ipip-crosssubnet',
  'calico-vxlan',
  'calico-vxlan-crosssubnet',
  'cilium',
  'cilium-native',
  'weave',
  'canal',
]
/** Weave Net's own DaemonSet. */
const hasWeave = ({ workloads }: Sorted): boolean => workloads.some((one) => one.metadata.name === 'weave-net')

/** Whether objects of the files configure a CNI beside flannel: which one is for a part of its own to find out. */
export const hasOther = (sorted: Sorted): boolean =>
  hasWeave(sorted) ||
  sorted.others.some((one) => /^((crd\.)?projectcalico\.org|operator\.tigera\.io)\//.test(one.apiVersion)) ||
  sorted.configMaps.some(
    ({ metadata, is }) =>
      /^(calico|canal|cilium)-config$/.test(metadata.name) || Object.keys(is.data).some((key) => /\.conf(list)?$/.test(key)),
  )

/** What connects the Pods: the switch, Lab.spec.cni, the CNI's own objects, else none where interfaces are listed, else flannel. */
export function settleCni(s: Settling, sorted: Sorted, flannel: FlannelNet | undefined, override: string | undefined): Cluster['cni'] {
  const lab = sorted.labs.find((one) => one.is.cni !== undefined)
  const name = override ?? lab?.is.cni
  if (name !== undefined) {
    const place = override === undefined && lab ? { object: lab, path: 'spec.cni' } : undefined
    if (!CNI_NAMES.includes(name)) {
      report(s, 'error', 'cni-unknown', { name, names: CNI_NAMES.join(', '), near: nearest(name, CNI_NAMES) ?? '' }, place)
      return { name: 'none', because: 0 }
    }
    return { name, because: place ? causeAt(s, place) : s.causes.add({ kind: 'question', field: 'cni' }) }
  }
  const other = hasOther(sorted) ? calico.get().findCni(s, sorted, flannel) : undefined
  if (other) {
    if (!CNI_NAMES.includes(other.name))
      report(s, 'error', 'cni-not-modelled', { name: other.name, names: CNI_NAMES.join(', ') }, other.place)
    return { name: other.name, because: causeAt(s, other.place) }
  }
  if (flannel && !s.isMadeUp(flannel.map)) {
    const place = { object: flannel.map, path: FLANNEL_FIELD }
    const full = flannel.backend === 'vxlan' ? 'flannel' : `flannel-${flannel.backend}`
    if (!CNI_NAMES.includes(full)) report(s, 'error', 'cni-not-modelled', { name: full, names: CNI_NAMES.join(', ') }, place)
    return { name: full, because: causeAt(s, place) }
  }
  for (const object of sorted.labs) {
    const i = object.is.nodes.findIndex((one) => one.interfaces !== undefined)
    if (i >= 0) return { name: 'none', because: causeAt(s, { object, path: `spec.nodes[${i}].interfaces` }) }
  }
  return { name: 'flannel', because: flannel ? causeAt(s, { object: flannel.map, path: FLANNEL_FIELD }) : 0 }
}

/** What the switch or a Lab says. */
const toldName = (sorted: Sorted, override: string | undefined): string | undefined =>
  override ?? sorted.labs.find((one) => one.is.cni !== undefined)?.is.cni

/** Whether Pods will have addresses of Weave's ring: asked before anything is settled. */
export const isWeave = (sorted: Sorted, override: string | undefined): boolean =>
  (toldName(sorted, override) ?? (hasWeave(sorted) ? 'weave' : '')) === 'weave'

/** Whether Calico's switch, and not its own objects, says how packets go to other nodes. */
export const isCniTold = (sorted: Sorted, override: string | undefined): boolean => toldName(sorted, override) !== undefined

/** The object that configures the CNI, when no object of the files does: its text is made up. */
export function madeUpCni(
  sorted: Sorted,
  nets: Networks,
  flannel: FlannelNet | undefined,
  override: string | undefined,
): readonly string[] {
  const told = toldName(sorted, override)
  const other = told === undefined && hasOther(sorted)
  if (other || told?.startsWith('calico')) {
    const pools = calico.get().poolTexts(sorted) !== undefined
    const name = told ?? calico.get().findCni(newSettling(new Causes(), new Set()), sorted, flannel)?.name ?? ''
    if (name.startsWith('calico')) return pools ? [] : nets.podSubnets.map((net) => calico.get().poolText(name, net))
  }
  const wanted =
    told === undefined
      ? !sorted.labs.some((lab) => lab.is.nodes.some((node) => node.interfaces !== undefined))
      : /^(flannel|canal)/.test(told)
  return flannel === undefined && wanted ? [flannelText(nets, told?.replace(/^flannel-/, ''))] : []
}
