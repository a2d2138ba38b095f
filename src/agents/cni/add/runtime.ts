import type { Cluster, ClusterNode, ClusterPod } from '../../../cluster/cluster.ts'
import { failedAdd, notInPath, SPEC_VERSIONS, wrongVersion } from '../../../cluster/netconf/lacks.ts'
import { cniBin, netdOf } from '../../../cluster/netconf/netd.ts'
import { type Conf, type NetConf, readNetConf, textOf } from '../../../cluster/netconf/read.ts'
import { newNetns } from '../../../kernel/apply.ts'
import { hex8 } from '../../../kernel/mac.ts'
import { podNetns } from '../../agent.ts'
import { containerId } from '../container.ts'
import { runtimeName } from '../sandbox.ts'
import { common } from './common.ts'
import { mappingsOf } from './portmap.ts'
import { atLeast, type CniResult, resultJson, sortedKeys } from './result.ts'
import type { Call, CniAdd, Plugin, Step } from './types.ts'

/** Who is wired, and with what: the same for ADD and DEL. */
export interface Asked {
  readonly cluster: Cluster
  readonly node: ClusterNode
  readonly pod: ClusterPod
  readonly before: readonly ClusterPod[]
  readonly cni: CniAdd
  /** Why this one Pod is refused, and by whom. */
  readonly refused?: Call['refused']
}

/** What the runtime came to: without `result` the sandbox is not made, and `error` says why as the event does. */
export interface Answered {
  readonly steps: readonly Step[]
  readonly result?: CniResult
  readonly error?: string
}

const uidOf = (pod: ClusterPod): string => {
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => hex8(`uid ${i} ${podNetns(pod)}`)) as [string, string, string, string]
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8${c.slice(1, 4)}-${c.slice(4)}${d}`
}

export const netnsPath = (pod: ClusterPod): string => `/var/run/netns/${runtimeName(podNetns(pod))}`

/** The environment of every plugin (SPEC.md, "Parameters"); CNI_ARGS as a CRI fills it. */
export function envOf(command: 'ADD' | 'DEL', pod: ClusterPod, ifName = 'eth0'): Readonly<Record<string, string>> {
  const { namespace, name } = pod.meta
  const id = containerId(pod)
  return {
    CNI_COMMAND: command,
    CNI_CONTAINERID: id,
    CNI_NETNS: netnsPath(pod),
    CNI_IFNAME: ifName,
    CNI_ARGS: `IgnoreUnknown=1;K8S_POD_NAMESPACE=${namespace};K8S_POD_NAME=${name};K8S_POD_INFRA_CONTAINER_ID=${id};K8S_POD_UID=${pod.meta.uid ?? uidOf(pod)}`,
    CNI_PATH: '/opt/cni/bin',
  }
}

/** What libcni puts on a plugin's standard input: its part of the list, with name, version, what came before and what the runtime adds. */
function stdinOf({ node, pod }: Asked, list: NetConf, plugin: Conf, prev: CniResult | undefined): Conf {
  const caps = plugin['capabilities']
  const ports = typeof caps === 'object' && caps !== null && (caps as Conf)['portMappings'] === true ? mappingsOf(pod) : []
  const { name, cniVersion } = list
  const own = sortedKeys(JSON.parse(JSON.stringify(plugin).replaceAll('__KUBERNETES_NODE_NAME__', node.meta.name))) as Conf
  const whole: Conf = {
    ...own,
    name,
    cniVersion,
    ...(ports.length > 0 && { runtimeConfig: { portMappings: ports } }),
    ...(prev && { prevResult: resultJson(prev, cniVersion) }),
  }
  // what libcni adds are Go's structs: inside them keys stand as the struct has them
  return Object.fromEntries(
    Object.keys(whole)
      .sort()
      .map((key) => [key, whole[key]]),
  )
}

export function callOf(asked: Asked, command: 'ADD' | 'DEL', list: NetConf, plugin: Conf, prev: CniResult | undefined): Call {
  const { cluster, node, pod, before, refused } = asked
  const bin = cniBin(cluster.cni.name, node.missingPlugins)
  return {
    ...{ cluster, node, pod, before },
    containerId: containerId(pod),
    netns: netnsPath(pod),
    network: list.name,
    version: list.cniVersion,
    stdin: stdinOf(asked, list, plugin, prev),
    env: envOf(command, pod),
    has: (binary) => bin.has(binary),
    addresses: pod.podIPs,
    ...(prev && { prev }),
    ...(refused === undefined ? {} : { refused }),
  }
}

export const pluginOf = (cni: CniAdd, type: string): Plugin => cni.plugins[type] ?? common(type)

/** The file in force; its whole directory is told where it holds more. */
export function readNetd({ cluster }: Asked): { readonly steps: readonly Step[]; readonly list?: NetConf } {
  const files = netdOf(cluster)
  const [first] = files
  const shared = { from: 'cri', to: 'libcni', program: 'libcni' } as const
  if (first === undefined)
    return { steps: [{ ...shared, code: 'netd-empty', error: 'no network config found in /etc/cni/net.d: cni plugin not initialized' }] }
  const shown = files.map(({ file, text }) => ({ path: `/etc/cni/net.d/${file}`, how: 'reads', text }) as const)
  const read = readNetConf(first.file, first.text)
  if ('error' in read) return { steps: [{ ...shared, code: 'netd-bad', params: { file: first.file }, files: shown, error: read.error }] }
  const others = files.slice(1).map(({ file }) => file)
  const params = {
    file: first.file,
    name: read.name,
    others: others.join(', '),
    types: read.plugins.map((one) => textOf(one['type'])).join(' → '),
  }
  return {
    steps: [
      { ...shared, code: others.length > 0 ? 'read-netd-first' : 'read-netd', params, files: shown },
      ...(read.cniVersion === '' ? [{ from: 'libcni', to: 'libcni', program: 'libcni', code: 'no-version', params } as const] : []),
    ],
    list: read,
  }
}

/** `lo` is wired by a list of its own, before all others (go-cni, WithLoNetwork). */
export function loopback({ node, pod, cluster }: Asked): Answered {
  const stdin = { cniVersion: '0.3.1', name: 'cni-loopback', type: 'loopback' }
  const call = {
    from: 'libcni',
    to: 'plugin',
    program: 'loopback',
    code: 'plugin-add',
    params: { type: 'loopback' },
    env: envOf('ADD', pod, 'lo'),
    stdin,
  } as const
  if (!cniBin(cluster.cni.name, node.missingPlugins).has('loopback')) {
    const text = notInPath('loopback')
    return {
      steps: [{ ...call, program: 'libcni', code: 'no-binary', params: { binary: 'loopback' }, error: text }],
      error: failedAdd(stdin, text).replace(' name="cni-loopback"', ''),
    }
  }
  const lo = newNetns(podNetns(pod), 'pod').links.map((link) => ({ do: 'link', link }) as const)
  return {
    steps: [call, { from: 'plugin', to: 'kernel', program: 'loopback', code: 'lo-up', ops: [{ netns: podNetns(pod), ops: lo }] }],
    result: { interfaces: [], ips: [], routes: [] },
  }
}

/** ADD of a whole list, in order; what a plugin answers is the next one's prevResult. */
export function addList(asked: Asked, list: NetConf): Answered {
  const steps: Step[] = []
  let prev: CniResult | undefined
  for (const plugin of list.plugins) {
    const type = textOf(plugin['type'])
    const call = callOf(asked, 'ADD', list, plugin, prev)
    const step = {
      from: 'libcni',
      to: 'plugin',
      program: type,
      code: 'plugin-add',
      params: { type },
      env: call.env,
      stdin: call.stdin,
    } as const
    if (!call.has(type)) {
      const text = notInPath(type)
      return {
        steps: [...steps, { ...step, program: 'libcni', code: 'no-binary', params: { binary: type }, error: text }],
        error: failedAdd(plugin, text),
      }
    }
    steps.push(step)
    if (list.cniVersion !== '' && !SPEC_VERSIONS.includes(list.cniVersion)) {
      const text = wrongVersion(list.cniVersion)
      const said = {
        from: 'plugin',
        to: 'libcni',
        program: type,
        code: 'bad-version',
        params: { type, version: list.cniVersion },
        error: text,
      } as const
      return { steps: [...steps, said], error: failedAdd(plugin, text) }
    }
    const ran = pluginOf(asked.cni, type).add(call)
    steps.push(...ran.steps)
    if (ran.result === undefined) {
      const text = ran.error ?? ''
      if (text === '') return { steps }
      const said = { from: 'plugin', to: 'libcni', program: type, code: 'plugin-failed', params: { type }, error: text } as const
      return { steps: [...steps, said], error: failedAdd(plugin, text) }
    }
    prev = ran.result
    steps.push({
      from: 'plugin',
      to: 'libcni',
      program: type,
      code: 'plugin-result',
      params: { type },
      stdout: resultJson(prev, list.cniVersion),
    })
  }
  const file = `/var/lib/cni/results/${list.name}-${containerId(asked.pod)}-eth0`
  const kept = prev && ({ path: file, how: 'writes', text: JSON.stringify(resultJson(prev, list.cniVersion)) } as const)
  steps.push({ from: 'libcni', to: 'libcni', program: 'libcni', code: 'cached', params: { file }, ...(kept && { files: [kept] }) })
  return { steps, ...(prev && { result: prev }) }
}

/** DEL of a list: the last plugin first; from 0.4.0 on each gets ADD's answer as prevResult. */
export function delList(asked: Asked, list: NetConf, made: CniResult | undefined): readonly Step[] {
  const prev = atLeast(list.cniVersion, '0.4.0') ? made : undefined
  return [...list.plugins].reverse().flatMap((plugin): readonly Step[] => {
    const type = textOf(plugin['type'])
    const call = callOf(asked, 'DEL', list, plugin, prev)
    const step = {
      from: 'libcni',
      to: 'plugin',
      program: type,
      code: 'plugin-del',
      params: { type },
      env: call.env,
      stdin: call.stdin,
    } as const
    return [step, ...pluginOf(asked.cni, type).del(call)]
  })
}
