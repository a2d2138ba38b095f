import type { ConfigMapObject } from '../../manifest/kinds.ts'
import { parseCidr } from '../../net/cidr.ts'
import type { Cidr } from '../../net/ip.ts'
import { report, type Settling } from '../settling.ts'

/** What of flannel's net-conf.json the control plane must know: which net it wants, and by which means. */
export interface FlannelNet {
  readonly map: ConfigMapObject
  readonly network?: Cidr
  readonly ipv6Network?: Cidr
  /** `vxlan` unless told; lower case. */
  readonly backend: string
}

export const FLANNEL_FIELD = 'data["net-conf.json"]'

const text = (json: unknown, ...path: readonly string[]): string | undefined => {
  let at = json
  for (const key of path) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined
  return typeof at === 'string' ? at : undefined
}

/** The ConfigMap kube-flannel-cfg of any namespace (kube-flannel today, kube-system in old manifests). */
export function flannelNet(s: Settling, maps: readonly ConfigMapObject[]): FlannelNet | undefined {
  const map = maps.find((one) => one.metadata.name === 'kube-flannel-cfg')
  if (!map) return undefined
  let json: unknown
  try {
    json = JSON.parse(map.is.data['net-conf.json'] ?? '')
  } catch {
    report(s, 'error', 'net-conf', {}, { object: map, path: FLANNEL_FIELD })
    return { map, backend: 'vxlan' }
  }
  const network = parseCidr(text(json, 'Network') ?? '')
  const ipv6Network = parseCidr(text(json, 'IPv6Network') ?? '')
  if (!network && !ipv6Network) report(s, 'error', 'net-conf', {}, { object: map, path: FLANNEL_FIELD })
  return {
    map,
    ...(network && { network }),
    ...(ipv6Network && { ipv6Network }),
    backend: (text(json, 'Backend', 'Type') ?? 'vxlan').toLowerCase(),
  }
}
