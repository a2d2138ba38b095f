import { notInPath } from '../../../cluster/netconf/lacks.ts'
import { type Conf, conf } from '../../../cluster/netconf/read.ts'
import { lengthOf, nthOf } from '../../../net/cidr.ts'
import { familyOf } from '../../../net/ip.ts'
import { type Bridged, bridgeAdd, bridgeDel } from '../add/bridge.ts'
import { portmapPlugin } from '../add/portmap.ts'
import { resultJson, sortedKeys } from '../add/result.ts'
import type { Call, CniAdd, Plugin } from '../add/types.ts'
import { addressesIn } from '../bridge.ts'
import { flannelConfig } from './config.ts'
import { type Site, sitesOf } from './daemon.ts'
import { type Backend, bridgeOf } from './flannel.ts'

const SUBNET_ENV = '/run/flannel/subnet.env'

/** What flanneld wrote for the plugin when it started (pkg/subnet/subnet.go, WriteSubnetFile). */
function subnetEnv(sites: readonly Site[], mtu: number): string {
  const lines = sites.flatMap(({ family, net, subnet }) => {
    const six = family === 6 ? 'IPV6_' : ''
    return [`FLANNEL_${six}NETWORK=${net}`, `FLANNEL_${six}SUBNET=${nthOf(subnet, 1)}/${lengthOf(subnet)}`]
  })
  return `${[...lines, `FLANNEL_MTU=${mtu}`, 'FLANNEL_IPMASQ=true'].join('\n')}\n`
}

/** The bridge plugin's configuration: what stands under `delegate`, and what subnet.env says (flannel-io/cni-plugin, cmdAdd). */
function delegateOf(call: Call, { config }: Bridged, sites: readonly Site[]): Conf {
  const given = conf(call.stdin['delegate'])
  return sortedKeys({
    ...given,
    name: call.network,
    cniVersion: call.version,
    type: typeof given['type'] === 'string' ? given['type'] : 'bridge',
    isGateway: given['isGateway'] ?? true,
    ipMasq: given['ipMasq'] ?? false,
    mtu: given['mtu'] ?? config.mtu,
    ipam: {
      type: 'host-local',
      ranges: sites.map(({ subnet }) => [{ subnet }]),
      routes: sites.map(({ net }) => ({ dst: net })),
    },
  }) as Conf
}

/** Flannel's plugin with one of flanneld's backends: it makes nothing itself, and calls the bridge plugin. */
export function flannelAdd(backend: Backend): CniAdd {
  const siteList = (call: Call): readonly Site[] => sitesOf(flannelConfig(call.cluster), call.node)
  const bridgedOf = (call: Call): Bridged => ({ config: bridgeOf(flannelConfig(call.cluster), siteList(call), backend) })
  const saved = (call: Call): string => `/var/lib/cni/flannel/${call.containerId}`
  const plugin: Plugin = {
    add(call) {
      const sites = siteList(call)
      const bridged = bridgedOf(call)
      const stdin = delegateOf(call, bridged, sites)
      const type = String(stdin['type'])
      // flanneld knows nothing of an MTU that the list gives the delegate
      const { mtu: _delegates, ...daemon } = flannelConfig(call.cluster)
      const env = { path: SUBNET_ENV, how: 'reads', text: subnetEnv(sites, bridgeOf(daemon, sites, backend).mtu) } as const
      const read = {
        from: 'plugin',
        to: 'plugin',
        program: 'flannel',
        code: 'subnet-env',
        params: { file: SUBNET_ENV },
        files: [env],
      } as const
      const file = { path: saved(call), how: 'writes', text: JSON.stringify(stdin) } as const
      const asked = {
        from: 'plugin',
        to: 'plugin',
        program: 'flannel',
        code: 'delegate',
        params: { type, file: saved(call) },
        env: call.env,
        stdin,
        files: [file],
      } as const
      if (!call.has(type)) return { steps: [read, asked], error: `failed to delegate add: ${notInPath(type)}` }
      const ran = bridgeAdd({ ...call, stdin }, bridged)
      if (ran.result === undefined) {
        // an answer of IPAM comes through unchanged, what the delegate lacks does not (events of real clusters)
        const error = ran.error?.startsWith('failed to find') ? `failed to delegate add: ${ran.error}` : ran.error
        return { steps: [read, asked, ...ran.steps], ...(error === undefined ? {} : { error }) }
      }
      const back = {
        from: 'plugin',
        to: 'plugin',
        program: type,
        code: 'delegate-result',
        params: { type },
        stdout: resultJson(ran.result, call.version),
      } as const
      return { steps: [read, asked, ...ran.steps, back], result: ran.result }
    },
    del(call) {
      const stdin = delegateOf(call, bridgedOf(call), siteList(call))
      const file = { path: saved(call), how: 'removes', text: JSON.stringify(stdin) } as const
      return [
        { from: 'plugin', to: 'plugin', program: 'flannel', code: 'delegate-del', params: { file: saved(call) }, stdin, files: [file] },
        ...bridgeDel({ ...call, stdin }, bridgedOf(call)),
      ]
    },
  }
  return {
    plugins: {
      flannel: plugin,
      portmap: portmapPlugin(
        (call) =>
          addressesIn(
            { ...call.pod, podIPs: call.pod.podIPs.filter((a) => siteList(call).some((s) => s.family === familyOf(a))) },
            bridgedOf(call).config,
          ),
        (call) => bridgedOf(call).config.bridge,
      ),
    },
  }
}
