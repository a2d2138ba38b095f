import type { KubeProxyFields } from '../../manifest/kinds.ts'
import type { Cluster } from '../cluster.ts'
import { causeAt, type Place, report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'

type Mode = Cluster['proxy']['mode']

const MODES: readonly string[] = ['iptables', 'ipvs', 'nftables', 'userspace', 'none'] satisfies Mode[]
const isMode = (name: string): name is Mode => MODES.includes(name)
/** The release that a mode went with. */
const REMOVED: Partial<Readonly<Record<Mode, string>>> = { userspace: 'v1.26' }

const isCiliumConfig = ({ metadata }: Sorted['configMaps'][number]): boolean => metadata.name === 'cilium-config'

/** Where Cilium is told to replace kube-proxy: none is made up beside it then. */
function replacement(sorted: Sorted): Place | undefined {
  const key = 'kube-proxy-replacement'
  const object = sorted.configMaps.find((m) => m.metadata.name === 'cilium-config' && /^(true|strict)$/.test(m.is.data[key] ?? ''))
  return object && { object, path: `data.${key}` }
}

/**
 * How kube-proxy runs: `override` (the command line, the page's switch) beats the files.
 * sorted.proxies is never empty: without one in the files we made one up.
 */
export function settleProxy(s: Settling, sorted: Sorted, override: string | undefined, cni: string, asked?: string): Cluster['proxy'] {
  const object = sorted.proxies.at(0)
  if (!object) throw new Error('no KubeProxyConfiguration, not even a made-up one')
  const config: KubeProxyFields = object.is
  if (override !== undefined && !isMode(override)) {
    report(s, 'error', 'proxy-unknown', { name: override, names: MODES.join(', ') })
    return { mode: config.mode, config, because: causeAt(s, { object, path: 'mode' }), raw: object.raw }
  }
  const replaced = override === undefined && s.isMadeUp(object) && cni.startsWith('cilium') ? replacement(sorted) : undefined
  // `--cni cilium` means Cilium in kube-proxy's place, unless the files say otherwise
  if (override === undefined && s.isMadeUp(object) && asked?.startsWith('cilium') && !sorted.configMaps.some(isCiliumConfig))
    return { mode: 'none', config, because: s.causes.add({ kind: 'question', field: 'cni' }), raw: object.raw }
  if (replaced) return { mode: 'none', config, because: causeAt(s, replaced), raw: object.raw }
  const mode = override ?? config.mode
  const version = REMOVED[mode]
  if (version !== undefined)
    report(s, 'hint', 'proxy-removed', { name: mode, version }, override === undefined ? { object, path: 'mode' } : undefined)
  const because = override === undefined ? causeAt(s, { object, path: 'mode' }) : s.causes.add({ kind: 'question', field: 'proxy' })
  if (config.refused) report(s, 'warning', 'proxy-refused', {}, { object, path: 'mode' })
  return { mode, config, because, raw: object.raw }
}
