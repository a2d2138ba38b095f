import type { Cluster } from '../cluster.ts'
import { familyOfCni, INSTALLED, RELEASE } from './installed.ts'
import { type Conf, conf, isConf, type NetConf, readNetConf, textOf } from './read.ts'

/** A file of /etc/cni/net.d, the same on all nodes. */
export interface NetdFile {
  readonly file: string
  readonly text: string
  /** The ConfigMap that it comes from, and its key; undefined: what the CNI's manifest says when nobody wrote another. */
  readonly from?: { readonly map: Cluster['configMaps'][number]; readonly key: string }
}

/** Whether a text of a ConfigMap is meant for net.d: an nginx.conf is not. */
export function isNetConf(key: string, text: string): boolean {
  if (key.endsWith('.conflist')) return true
  if (!key.endsWith('.conf')) return false
  try {
    const json = conf(JSON.parse(text))
    return typeof json['type'] === 'string' || typeof json['cniVersion'] === 'string'
  } catch {
    return false
  }
}

/** ConfigMaps of installers: the key that holds the list, and the file that it becomes. */
const MAPS: Readonly<Record<string, readonly [key: string, file: string]>> = {
  'kube-flannel-cfg': ['cni-conf.json', '10-flannel.conflist'],
  'calico-config': ['cni_network_config', '10-calico.conflist'],
  'canal-config': ['cni_network_config', '10-canal.conflist'],
}

/** Calico's installer fills these in. */
const filled = (text: string): string =>
  text.replaceAll('__CNI_MTU__', '0').replaceAll('__KUBECONFIG_FILEPATH__', '/etc/cni/net.d/calico-kubeconfig')

function written(maps: Cluster['configMaps']): readonly NetdFile[] {
  return maps.flatMap((map) =>
    Object.entries(map.is.data).flatMap(([key, text]): readonly NetdFile[] => {
      if (isNetConf(key, text)) return [{ file: key, text, from: { map, key } }]
      const [own, file] = MAPS[map.metadata.name] ?? []
      return key === own && file !== undefined ? [{ file, text: filled(text), from: { map, key } }] : []
    }),
  )
}

/** The first plugin's type. */
const typeOf = (read: NetConf | { readonly error: string }): string => ('error' in read ? '' : textOf(read.plugins[0]?.['type']))

/** Plugins that belong to one CNI. */
const OWN: Readonly<Record<string, string>> = {
  flannel: 'flannel',
  calico: 'calico',
  'cilium-cni': 'cilium',
  'weave-net': 'weave',
  bridge: 'bridge',
}

/** A plugin of another CNI than the one in force: a switch took the place of what the files say. */
const isOther = ({ file, text }: NetdFile, family: string): boolean => {
  const other = OWN[typeOf(readNetConf(file, text))]
  return other !== undefined && other !== family && !(family === 'canal' && other === 'calico')
}

/** All files of /etc/cni/net.d, in the order in which the runtime looks at them (libcni, ConfFiles). */
export function netdOf({ configMaps, cni }: Pick<Cluster, 'configMaps' | 'cni'>): readonly NetdFile[] {
  const family = familyOfCni(cni.name)
  const files = [...written(configMaps)].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0))
  const [first] = files
  if (first !== undefined && !isOther(first, family)) return files
  const own = files.filter((one) => !isOther(one, family))
  if (own.length > 0) return own
  const made = INSTALLED[family]
  return made === undefined ? [] : [{ file: made.file, text: JSON.stringify(made.list, undefined, 2) }]
}

/** Programs in /opt/cni/bin of a node. */
export function cniBin(cniName: string, missing: readonly string[] = []): ReadonlySet<string> {
  const all = [...RELEASE, ...(INSTALLED[familyOfCni(cniName)]?.bin ?? [])]
  return new Set(all.filter((name) => !missing.includes(name)))
}

/** The list in force. undefined: the directory is empty. */
export function netConfOf(cluster: Pick<Cluster, 'configMaps' | 'cni'>): NetConf | { readonly error: string } | undefined {
  const [first] = netdOf(cluster)
  return first && readNetConf(first.file, first.text)
}

/** What a plugin hands on to: its delegate (flannel) and its IPAM plugin. */
export const ipamOf = (plugin: Conf): Conf | undefined => (isConf(plugin['ipam']) ? plugin['ipam'] : undefined)
