import { refusal, stay } from '../netconf/stay.ts'
import { annotationPlace, keyOf, type PodDraft } from '../pod-draft.ts'
import { report, type Settling } from '../settling.ts'

/**
 * A fixed address (`cni.projectcalico.org/ipAddrs`) is calico-ipam's affair: Canal's plugin, which has host-local, refuses the Pod, and other
 * plugins know no such annotation.
 */
export function fixedFails(s: Settling, draft: PodDraft): boolean {
  const pod = keyOf(draft.meta)
  const place = annotationPlace(draft, 'cni.projectcalico.org/ipAddrs')
  const text = 'ipAddrs is not compatible with configured IPAM: host-local'
  if (s.cni === 'canal') stay(s, draft, refusal('canal', 'plugin', text), place)
  else report(s, 'warning', 'fixed-ip-ignored', { pod, cni: s.cni ?? '' }, place)
  return s.cni === 'canal'
}
