import type { Cluster, ClusterNode, Stuck } from '../cluster.ts'
import { report, type Settling } from '../settling.ts'
import { bridgeRefuses, delegateUnread } from './bridge-fields.ts'
import { cniBin, ipamOf, netConfOf, netdOf } from './netd.ts'
import { type Conf, conf, type NetConf, textOf } from './read.ts'

/** Versions of the specification that plugins of today know (cni, pkg/version). */
export const SPEC_VERSIONS: readonly string[] = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0']

/** How the kubelet tells of a runtime whose network is not there (pkg/kubelet/kubelet.go, runtimeErrorsOf). */
const NOT_READY =
  'network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized'

/** libcni's name for a plugin in an error; a plugin of a list has seldom a name of its own (libcni, pluginDescription). */
export function describePlugin(plugin: Conf): string {
  const name = textOf(plugin['name'])
  return `plugin type="${textOf(plugin['type'])}"${name === '' ? '' : ` name="${name}"`}`
}

export const failedAdd = (plugin: Conf, text: string): string => `${describePlugin(plugin)} failed (add): ${text}`
export const notInPath = (binary: string): string => `failed to find plugin "${binary}" in path [/opt/cni/bin]`
export const wrongVersion = (version: string): string =>
  `incompatible CNI versions; config is "${version}", plugin supports [${SPEC_VERSIONS.map((one) => `"${one}"`).join(' ')}]`

/** The first program that a plugin calls in vain, in its own words. */
function missingBehind(plugin: Conf, has: (binary: string) => boolean): string | undefined {
  const type = textOf(plugin['type'])
  if (!has(type)) return notInPath(type)
  if (type === 'flannel') {
    const delegate = textOf(conf(plugin['delegate'])['type']) || 'bridge'
    const lost = [delegate, 'host-local'].find((one) => !has(one))
    return lost && `failed to delegate add: ${notInPath(lost)}`
  }
  const ipam = textOf(ipamOf(plugin)?.['type'])
  return ipam === '' || has(ipam) ? undefined : notInPath(ipam)
}

/** What the bridge plugin says of its configuration, called by the runtime or by flannel's plugin. */
function refusedBy(plugin: Conf): string | undefined {
  const type = textOf(plugin['type'])
  if (type === 'bridge') return bridgeRefuses(plugin)
  const delegate = conf(plugin['delegate'])
  const words = type === 'flannel' && ['', 'bridge'].includes(textOf(delegate['type'])) ? bridgeRefuses(delegate) : undefined
  return words && `failed to delegate add: ${words}`
}

function faultOf(list: NetConf, has: (binary: string) => boolean): Stuck | undefined {
  const reason = 'FailedCreatePodSandBox'
  if (!has('loopback')) return { reason, text: failedAdd({ type: 'loopback' }, notInPath('loopback')) }
  for (const plugin of list.plugins) {
    const type = textOf(plugin['type'])
    const wrong = has(type) && list.cniVersion !== '' && !SPEC_VERSIONS.includes(list.cniVersion)
    const text = wrong ? wrongVersion(list.cniVersion) : missingBehind(plugin, has)
    if (text !== undefined) return { reason, text: failedAdd(plugin, text) }
    const words = refusedBy(plugin)
    if (words !== undefined) return { reason, text: failedAdd(plugin, words), words, by: 'plugin' }
  }
  return undefined
}

/** What is wrong with a node for all its Pods; undefined: nothing. */
export function nodeFault(cluster: Pick<Cluster, 'configMaps' | 'cni'>, node: Pick<ClusterNode, 'missingPlugins'>): Stuck | undefined {
  const list = netConfOf(cluster)
  if (list === undefined) return undefined
  if ('error' in list) return { reason: 'NetworkNotReady', text: NOT_READY }
  const bin = cniBin(cluster.cni.name, node.missingPlugins)
  return faultOf(list, (binary) => bin.has(binary))
}

/** What is wrong with the list in force, where a file of the lab says it. */
export function netConfProblem(s: Settling, cluster: Pick<Cluster, 'configMaps' | 'cni'>): void {
  const [first] = netdOf(cluster)
  const list = netConfOf(cluster)
  if (first?.from === undefined || list === undefined) return
  const { file, from } = first
  const place = { object: from.map, path: `data["${from.key}"]` }
  if ('error' in list) report(s, 'warning', 'net-conf-broken', { file, text: list.error }, place)
  else {
    if (list.cniVersion === '') report(s, 'hint', 'net-conf-version', { file }, place)
    for (const plugin of list.plugins.filter((one) => textOf(one['type']) === 'flannel'))
      for (const what of delegateUnread(plugin)) report(s, 'warning', 'net-conf-unread', { file, what }, place)
  }
}
