import { FLANNEL_FIELD, type FlannelNet } from '../config/flannel.ts'
import { RELEASE } from '../netconf/installed.ts'
import { isNetConf } from '../netconf/netd.ts'
import { readNetConf, textOf } from '../netconf/read.ts'
import { type Place, report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { calicoObjects } from './objects.ts'
import { poolTexts } from './pool-texts.ts'
import { nameOfModes } from './read.ts'

/** A CNI that files of the cluster configure, and the file that its installer puts into /etc/cni/net.d. */
export interface Found {
  readonly file: string
  readonly name: string
  readonly place: Place
}

/** What the first plugin of a list is called, and the CNI that it belongs to. */
const PLUGINS: Readonly<Record<string, string>> = {
  bridge: 'bridge',
  calico: 'calico',
  flannel: 'flannel',
  'cilium-cni': 'cilium',
  'weave-net': 'weave',
}

/**
 * Whose list it is: a plugin of the release that is not modelled goes by its own name. One that cannot be read, or whose plugin nobody has,
 * attaches no Pod: what stands beside it is the bridge plugin's.
 */
function nameOf(file: string, text: string): string {
  const read = readNetConf(file, text)
  const type = 'error' in read ? '' : textOf(read.plugins[0]?.['type'])
  return PLUGINS[type] ?? (RELEASE.includes(type) ? type : 'bridge')
}

/** All that is configured, in the order in which the container runtime looks: by the names of the files (libcni, ConfFiles). */
function findCnis(s: Settling, sorted: Sorted, flannel: FlannelNet | undefined): readonly Found[] {
  const found: Found[] = []
  if (flannel && !s.isMadeUp(flannel.map)) {
    const name = flannel.backend === 'vxlan' ? 'flannel' : `flannel-${flannel.backend}`
    found.push({ file: '10-flannel.conflist', name, place: { object: flannel.map, path: FLANNEL_FIELD } })
  }
  const pools = calicoObjects(sorted, 'IPPool')
  const operator = sorted.others.find((one) => /^operator\.tigera\.io\//.test(one.apiVersion))
  const config = sorted.configMaps.find(({ metadata }) => metadata.name === 'calico-config')
  const calico =
    pools.find((one) => !s.isMadeUp(one)) ??
    operator ??
    config ??
    sorted.others.find((one) => /^(crd\.)?projectcalico\.org\//.test(one.apiVersion))
  // the manifest's own pool is IPIP
  const modes = poolTexts(sorted)?.[0]
  if (calico)
    found.push({
      file: '10-calico.conflist',
      name: modes ? nameOfModes(modes) : 'calico-ipip',
      place: { object: calico, path: calico === config ? 'data' : 'spec' },
    })
  const weave = sorted.workloads.find(({ metadata }) => metadata.name === 'weave-net')
  if (weave) found.push({ file: '10-weave.conflist', name: 'weave', place: { object: weave, path: 'spec' } })
  for (const map of sorted.configMaps) {
    if (map.metadata.name === 'canal-config') found.push({ file: '10-canal.conflist', name: 'canal', place: { object: map, path: 'data' } })
    if (map.metadata.name === 'canal-config' && map.is.data['cni_network_config']?.includes('usePodCidrIPv6'))
      report(s, 'warning', 'calico-not-modelled', { what: 'usePodCidrIPv6' }, { object: map, path: 'data.cni_network_config' })
    if (map.metadata.name === 'cilium-config')
      found.push({ file: '05-cilium.conflist', name: 'cilium', place: { object: map, path: 'data' } })
    for (const [key, text] of Object.entries(map.is.data)) {
      if (!isNetConf(key, text)) continue
      found.push({ file: key, name: nameOf(key, text), place: { object: map, path: `data["${key}"]` } })
    }
  }
  return found.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0))
}

/** The one that attaches Pods: the first. That there are others is told once, with all their names, where the next one stands. */
export function findCni(s: Settling, sorted: Sorted, flannel: FlannelNet | undefined): Found | undefined {
  // a list for lo alone attaches nobody, unless the runtime comes to it first
  const all = findCnis(s, sorted, flannel).filter(({ name }, i) => i === 0 || name !== 'loopback')
  const [first] = all
  const seen = new Set([first?.name.split('-')[0]])
  const others = all.filter(({ name }) => !seen.has(name.split('-')[0]) && seen.add(name.split('-')[0]))
  const [next] = others
  const list = (of: (one: Found) => string): string => others.map(of).join(', ')
  if (first && next)
    report(
      s,
      'warning',
      'two-cnis',
      { name: first.name, file: first.file, other: list((one) => one.name), otherFile: list((one) => one.file) },
      next.place,
    )
  return first
}
