import type { ClusterPod } from '../../../cluster/cluster.ts'
import type { Conf } from '../../../cluster/netconf/read.ts'
import type { Op } from '../../../kernel/op.ts'
import { cidr, hostCidr, inCidr, maskedCidr, networkOf } from '../../../net/cidr.ts'
import { type Cidr, type Ip, toBigInt } from '../../../net/ip.ts'
import { podNetns } from '../../agent.ts'
import { askIpam, askIpamDel } from '../add/ipam.ts'
import { portmapPlugin } from '../add/portmap.ts'
import type { Call, CniAdd, Plugin, Ran, Step, Written } from '../add/types.ts'
import { attach, devOf, GATEWAY } from './attach.ts'
import { podMtu } from './tunnels.ts'

type Link = Extract<Op, { do: 'link' }>
const isLink = (op: Op): op is Link => op.do === 'link'
const isSysctl = (op: Op): boolean => op.do === 'sysctl'

/** Calico's names double the dashes inside their parts (libcalico-go, names/workloadendpoint.go). */
const doubled = (text: string): string => text.replaceAll('-', '--')
const endpointName = ({ node, pod }: Call): string => `${doubled(node.meta.name)}-k8s-${doubled(pod.meta.name)}-eth0`

const written = (path: string, json: Conf, how: Written['how'] = 'writes'): Written => ({
  path,
  how,
  text: JSON.stringify(json, undefined, 2),
})

/** The object by which all others learn of the Pod's interface. */
function endpoint(call: Call, how: Written['how'] = 'writes'): Written {
  const { meta } = call.pod
  const spec = {
    orchestrator: 'k8s',
    node: call.node.meta.name,
    pod: meta.name,
    endpoint: 'eth0',
    containerID: call.containerId,
    interfaceName: devOf(call.pod),
    ipNetworks: call.pod.podIPs.map(hostCidr),
    profiles: [`kns.${meta.namespace}`, `ksa.${meta.namespace}.default`],
  }
  return written(
    `WorkloadEndpoint ${meta.namespace}/${endpointName(call)}`,
    { metadata: { name: endpointName(call), namespace: meta.namespace }, spec },
    how,
  )
}

/** What of an IPAM the plugin needs: calico-ipam's, or host-local's in Canal. */
export interface CalicoIpam {
  readonly type: string
  add(call: Call): Ran
  del(call: Call): readonly Step[]
}

const handleOf = ({ network, containerId }: Call): string => `${network}.${containerId}`

/** The block object as it stands with this address in it. */
function blockOf(call: Call, address: Ip): { readonly cidr: Cidr; readonly owner: string; readonly ordinal: number } | undefined {
  const { calico } = call.cluster
  const pool = calico?.pools.find((one) => inCidr(address, one.cidr))
  if (calico === undefined || pool === undefined) return undefined
  const net = maskedCidr(cidr(`${address}/${pool.blockSize}`))
  const owner = calico.blocks.find((one) => one.cidr === net)?.node ?? call.node.meta.name
  return { cidr: net, owner, ordinal: Number(toBigInt(address) - toBigInt(networkOf(net))) }
}

function blockObject(call: Call, address: Ip, how: Written['how'] = 'writes'): readonly Written[] {
  const block = blockOf(call, address)
  if (block === undefined) return []
  const attributes = {
    handle_id: handleOf(call),
    secondary: { namespace: call.pod.meta.namespace, node: call.node.meta.name, pod: call.pod.meta.name },
  }
  const name = block.cidr.replace(/[./:]/g, '-')
  return [
    written(
      `IPAMBlock ${name}`,
      { spec: { cidr: block.cidr, affinity: `host:${block.owner}`, allocations: { [block.ordinal]: address }, attributes: [attributes] } },
      how,
    ),
    written(`IPAMHandle ${handleOf(call)}`, { spec: { handleID: handleOf(call), block: { [block.cidr]: 1 } } }, how),
  ]
}

const FIXED = 'cni.projectcalico.org/ipAddrs'

const IPAM = 'calico-ipam'

export const calicoIpam: CalicoIpam = {
  type: IPAM,
  add(call) {
    const fixed = call.pod.meta.annotations[FIXED]
    const asks = fixed !== undefined && call.addresses.length > 0
    const env = asks ? { ...call.env, CNI_ARGS: `${call.env['CNI_ARGS']};IP=${call.addresses[0]}` } : call.env
    return askIpam(call, IPAM, () => give(call, fixed !== undefined), env)
  },
  del: (call) =>
    askIpamDel(
      call,
      IPAM,
      call.pod.podIPs.map((address): Step => {
        const params = { address, block: blockOf(call, address)?.cidr ?? '' }
        return { from: 'ipam', to: 'api', program: IPAM, code: 'calico-release', params, files: blockObject(call, address, 'removes') }
      }),
    ),
}

function give(call: Call, fixed: boolean) {
  const program = IPAM
  const steps = call.addresses.map((address): Step => {
    const block = blockOf(call, address)
    const shared = { from: 'ipam', to: 'api', program, files: blockObject(call, address) } as const
    if (block === undefined) return { ...shared, code: 'calico-fixed', params: { address } }
    const params = { address, block: block.cidr, ordinal: block.ordinal, owner: block.owner, node: call.node.meta.name }
    if (fixed) return { ...shared, code: 'calico-fixed', params }
    return { ...shared, code: block.owner === call.node.meta.name ? 'calico-block' : 'calico-borrowed', params }
  })
  const handle: Step = { from: 'ipam', to: 'ipam', program, code: 'calico-handle', params: { handle: handleOf(call) } }
  const ips = call.addresses.map((one) => ({ address: hostCidr(one) }))
  return { steps: [...steps, handle], result: { interfaces: [], ips, routes: [] } }
}

/** Calico's plugin (cni-plugin/pkg/k8s/k8s.go, pkg/dataplane/linux): address first, then a pair without a bridge, then the object. */
export function calicoPlugin(ipam: CalicoIpam, mtuOf: (call: Call) => number): Plugin {
  const shared = { from: 'plugin', to: 'kernel', program: 'calico' } as const
  return {
    add(call) {
      if (call.refused?.by === 'plugin') return { steps: [], error: call.refused.text }
      const given = ipam.add(call)
      if (given.result === undefined) return given
      const [name, netns] = [call.node.meta.name, podNetns(call.pod)]
      const mtu = mtuOf(call)
      const { node, pod } = attach(call.cluster, call.node, call.pod, mtu)
      const host = node.filter(isLink)
      const inside = pod.filter(isLink)
      const dev = devOf(call.pod)
      const mac = host[0]?.link.mac ?? ''
      const bare = inside.map(({ link }): Op => ({ do: 'link', link: { ...link, addrs: [] } }))
      const down = host.map(({ link }): Op => ({ do: 'link', link: { ...link, up: false } }))
      const routes = pod.filter((op) => !isLink(op))
      const params = {
        host: dev,
        mac,
        mtu,
        netns: call.netns,
        addresses: call.pod.podIPs.join(', '),
        via: GATEWAY,
        name: endpointName(call),
      }
      const result = {
        interfaces: [{ name: dev }],
        ips: given.result.ips.map(({ address }) => ({ address: hostCidr(address.split('/')[0] as Ip) })),
        routes: [],
      }
      return {
        steps: [
          ...given.steps,
          {
            ...shared,
            code: 'veth',
            params,
            ops: [
              { netns, ops: bare },
              { netns: name, ops: down },
            ],
          },
          {
            ...shared,
            code: 'pod-addresses',
            params: { addresses: inside.flatMap(({ link }) => link.addrs).join(', ') },
            ops: [{ netns, ops: inside }],
          },
          { ...shared, code: 'calico-pod-routes', params, ops: [{ netns, ops: routes }] },
          { ...shared, code: 'calico-host-end', params, ops: [{ netns: name, ops: host }] },
          { ...shared, code: 'calico-sysctls', params, ops: [{ netns: name, ops: node.filter(isSysctl) }] },
          { ...shared, code: 'calico-host-route', params, ops: [{ netns: name, ops: node.filter((op) => op.do === 'route') }] },
          { from: 'plugin', to: 'api', program: 'calico', code: 'workload-endpoint', params, files: [endpoint(call)] },
        ],
        result,
      }
    },
    del(call) {
      const host = devOf(call.pod)
      const params = { host, name: endpointName(call) }
      return [
        { from: 'plugin', to: 'api', program: 'calico', code: 'workload-endpoint-gone', params, files: [endpoint(call, 'removes')] },
        {
          ...shared,
          code: 'veth-gone',
          params,
          gone: [
            { netns: podNetns(call.pod), links: ['eth0'] },
            { netns: call.node.meta.name, links: [host] },
          ],
        },
        ...ipam.del(call),
      ]
    },
  }
}

/** Felix sees the object and writes what belongs to the interface. */
const felix = (code: 'felix' | 'felix-del', pod: ClusterPod): readonly Step[] => [
  { from: 'agent', to: 'kernel', program: 'felix', code, params: { host: devOf(pod) } },
]

/** Calico with an IPAM: everything but the first plugin is the same in Canal. */
export const calicoWith = (ipam: CalicoIpam, mtuOf: (call: Call) => number): CniAdd => ({
  plugins: {
    calico: calicoPlugin(ipam, mtuOf),
    portmap: portmapPlugin(
      (call) => call.pod.podIPs.map(hostCidr),
      (call) => devOf(call.pod),
    ),
  },
  after: (call) => felix('felix', call.pod),
  afterDel: (call) => felix('felix-del', call.pod),
})

export const calicoAdd: CniAdd = calicoWith(calicoIpam, ({ cluster }) => (cluster.calico === undefined ? 1500 : podMtu(cluster.calico)))
