import { nearest } from '../../manifest/schema/near.ts'
import type { Cluster } from '../cluster.ts'
import { causeAt, type Place, report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import type { FlannelNet } from './flannel.ts'
import { FLANNEL_FIELD } from './flannel.ts'

/** Names that --cni knows. */
export const CNI_NAMES: readonly string[] = [
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
/** Those that agents/cni writes so far. */
const MODELLED: readonly string[] = ['none', 'flannel', 'flannel-host-gw', 'flannel-ipip']

/** Objects by which other CNIs are known in a pasted cluster. */
function otherCni(sorted: Sorted): { readonly name: string; readonly place: Place } | undefined {
  const calico = sorted.others.find((one) => /^(crd\.)?(projectcalico\.org|operator\.tigera\.io)\//.test(one.apiVersion))
  if (calico) return { name: 'calico', place: { object: calico, path: '' } }
  const map = sorted.configMaps.find(({ metadata }) => metadata.name === 'cilium-config' || metadata.name === 'calico-config')
  return map && { name: map.metadata.name.replace('-config', ''), place: { object: map, path: '' } }
}

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
    if (!MODELLED.includes(name)) report(s, 'error', 'cni-not-modelled', { name }, place)
    return { name, because: place ? causeAt(s, place) : s.causes.add({ kind: 'question', field: 'cni' }) }
  }
  if (flannel && !s.isMadeUp(flannel.map)) {
    const place = { object: flannel.map, path: FLANNEL_FIELD }
    const full = flannel.backend === 'vxlan' ? 'flannel' : `flannel-${flannel.backend}`
    if (!MODELLED.includes(full)) report(s, 'error', 'cni-not-modelled', { name: full }, place)
    return { name: full, because: causeAt(s, place) }
  }
  for (const object of sorted.labs) {
    const i = object.is.nodes.findIndex((one) => one.interfaces !== undefined)
    if (i >= 0) return { name: 'none', because: causeAt(s, { object, path: `spec.nodes[${i}].interfaces` }) }
  }
  const other = otherCni(sorted)
  if (other) report(s, 'warning', 'cni-replaced', { name: other.name }, other.place)
  return { name: 'flannel', because: flannel ? causeAt(s, { object: flannel.map, path: FLANNEL_FIELD }) : 0 }
}

/** Whether flannel runs though no object of the files says so: then its ConfigMap is made up. */
export function wantsFlannel(sorted: Sorted, override: string | undefined): boolean {
  const name = override ?? sorted.labs.find((one) => one.is.cni !== undefined)?.is.cni
  if (name !== undefined) return name.startsWith('flannel')
  return !sorted.labs.some((lab) => lab.is.nodes.some((node) => node.interfaces !== undefined))
}
