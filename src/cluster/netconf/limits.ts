import type { Cluster } from '../cluster.ts'
import { annotationPlace, type PodDraft } from '../pod-draft.ts'
import { report, type Settling } from '../settling.ts'
import { familyOfCni } from './installed.ts'
import { netConfOf } from './netd.ts'
import { conf } from './read.ts'

/** `kubernetes.io/ingress-bandwidth` and its twin: what a CRI hands on as the capability `bandwidth`. */
export const isLimit = (annotation: string): boolean => /^kubernetes\.io\/(in|e)gress-bandwidth$/.test(annotation)

/**
 * Who would limit a Pod: the plugin `bandwidth` where it stands in the list with its capability (without, it hears of no limit), Calico since v3.30
 * by itself (libcalico-go, handleQoSControlsAnnotations), Cilium with its bandwidth manager. undefined: nobody.
 */
function limiterOf(cluster: Pick<Cluster, 'configMaps' | 'cni'>): string | undefined {
  const list = netConfOf(cluster)
  const plugins = list === undefined || 'error' in list ? [] : list.plugins
  if (plugins.some((one) => one['type'] === 'bandwidth' && conf(one['capabilities'])['bandwidth'] === true)) return 'bandwidth'
  const family = familyOfCni(cluster.cni.name)
  if (family === 'calico' || family === 'canal') return 'Calico'
  const cilium = family === 'cilium' && cluster.configMaps.find((map) => map.metadata.name === 'cilium-config')
  return cilium && cilium.is.data['enable-bandwidth-manager'] === 'true' ? 'Cilium' : undefined
}

/** Tells of every limit that somebody wrote, once where it stands: nothing here waits for a bucket to fill. */
export function limitsTold(s: Settling, cluster: Pick<Cluster, 'configMaps' | 'cni'>, drafts: readonly PodDraft[]): void {
  const by = limiterOf(cluster)
  const told = new Set<string>()
  for (const draft of drafts) {
    for (const annotation of Object.keys(draft.meta.annotations).filter(isLimit)) {
      const place = annotationPlace(draft, annotation)
      const id = JSON.stringify([place.object.source.where(place.path), annotation])
      if (told.has(id)) continue
      told.add(id)
      if (by !== undefined && !draft.spec.hostNetwork) report(s, 'warning', 'bandwidth-unmodelled', { annotation, by }, place)
      else
        report(s, 'warning', 'bandwidth-ignored', { annotation, where: draft.spec.hostNetwork ? 'hostNetwork' : cluster.cni.name }, place)
    }
  }
}
