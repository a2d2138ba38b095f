import type { ClusterNode } from '../../../cluster/cluster.ts'
import type { Op } from '../../../kernel/op.ts'
import { hostCidr } from '../../../net/cidr.ts'
import { type Cidr, familyOf } from '../../../net/ip.ts'
import { podNetns } from '../../agent.ts'
import type { Call, CniAdd, Ran, Step } from '../add/types.ts'
import { ciliumConfig } from './config.ts'
import { hostEndOps, podOps } from './devices.ts'
import { mapsOf } from './maps.ts'
import { containerProgram } from './programs/container.ts'
import { type Endpoint, endpointsOf, type Site, sitesOf } from './site.ts'

const SOCKET = '/var/run/cilium/cilium.sock'

interface Here {
  readonly self: Site
  readonly endpoint: Endpoint
}

function here({ cluster, node, pod }: Call): Here | undefined {
  const self = siteOf(cluster, node)
  const endpoint = self && endpointsOf(cluster, node).find((e) => e.netns === podNetns(pod))
  return self && endpoint && { self, endpoint }
}

const siteOf = (cluster: Call['cluster'], node: ClusterNode): Site | undefined => sitesOf(cluster).get(node)
const labelsOf = ({ pod }: Call): string =>
  [`k8s:io.kubernetes.pod.namespace=${pod.meta.namespace}`, ...Object.entries(pod.meta.labels).map(([k, v]) => `k8s:${k}=${v}`)].join(', ')

const isLink = (op: Op): op is Extract<Op, { do: 'link' }> => op.do === 'link'

/** Programs and entries of maps that cilium-agent makes for an endpoint, as the engine has them. */
function madeFor(
  { cluster }: Call,
  { self, endpoint: e }: Here,
): { readonly programs: readonly string[]; readonly maps: readonly string[] } {
  const config = ciliumConfig(cluster)
  const maps = mapsOf(cluster, config, self)
  const { dev, side, name } = containerProgram({ config, self, maps }, e, 0)
  const shown = [maps.lxc, maps.ipcache].flatMap((map) => {
    const found = map.get(e.ip)
    return found === undefined ? [] : [`${map.name}: ${found.key} → ${(map.show as (v: unknown) => string)(found.value)}`]
  })
  return { programs: [`tc ${side} ${dev}: ${name}`], maps: [...shown, maps.policyOf(e).name] }
}

function add(call: Call): Ran {
  const config = ciliumConfig(call.cluster)
  const asks = { from: 'plugin', to: 'agent', program: 'cilium-cni' } as const
  const request = { path: `POST ${SOCKET} /v1/ipam`, how: 'reads', text: `owner=${call.pod.meta.namespace}/${call.pod.meta.name}` } as const
  if (call.refused !== undefined)
    return { steps: [{ ...asks, code: 'ipam-refused', files: [request], error: call.refused.text }], error: call.refused.text }
  const found = here(call)
  if (found === undefined) return { steps: [], error: 'no endpoint' }
  const { self, endpoint: e } = found
  const name = call.node.meta.name
  const host = hostEndOps(call.cluster, e)
  const pod = podOps(call.cluster, config, self, e)
  const inside = pod.filter(isLink)
  const bare = inside.map(({ link }): Op => ({ do: 'link', link: { ...link, addrs: [] } }))
  const routes = pod.filter((op) => !isLink(op))
  const shared = { from: 'plugin', to: 'kernel', program: 'cilium-cni' } as const
  const params = {
    address: e.ip,
    router: self.router,
    host: e.dev,
    netns: call.netns,
    mtu: inside[0]?.link.mtu ?? 1500,
    id: e.id,
    identity: e.identity,
    labels: labelsOf(call),
  }
  const answer = JSON.stringify(
    { address: { ipv4: e.ip }, 'host-addressing': { ipv4: { ip: self.router, 'alloc-range': self.subnet } } },
    undefined,
    2,
  )
  const made = madeFor(call, found)
  const mtu = routes.flatMap((op) => (op.do === 'route' && op.route.mtu !== undefined ? [op.route.mtu] : []))[0]
  const steps: readonly Step[] = [
    { ...asks, code: 'cilium-ipam', params, files: [{ ...request, text: answer }] },
    {
      ...shared,
      code: 'cilium-veth',
      params,
      ops: [
        { netns: name, ops: host },
        { netns: e.netns, ops: bare },
      ],
    },
    {
      ...shared,
      code: 'pod-addresses',
      params: { addresses: inside.flatMap(({ link }) => link.addrs).join(', ') },
      ops: [{ netns: e.netns, ops: inside }],
    },
    { ...shared, code: 'pod-routes', params: { via: self.router }, ops: [{ netns: e.netns, ops: routes }] },
    { ...asks, code: 'cilium-endpoint', params },
    { from: 'agent', to: 'kernel', program: 'cilium-agent', code: 'cilium-programs', params, lines: made.programs },
    { from: 'agent', to: 'kernel', program: 'cilium-agent', code: 'cilium-maps', params, lines: made.maps },
  ]
  return {
    steps,
    result: {
      interfaces: [
        { name: e.dev, mac: e.hostMac },
        { name: 'eth0', mac: e.mac, sandbox: call.netns },
      ],
      ips: [{ interface: 1, address: hostCidr(e.ip), gateway: self.router }],
      routes: [{ dst: hostCidr(self.router) }, { dst: '0.0.0.0/0' as Cidr, gw: self.router, ...(mtu === undefined ? {} : { mtu }) }],
    },
  }
}

/** cilium-cni asks the agent of its node for an address, wires the Pod and hands it over (plugins/cilium-cni/cmd/cmd.go). */
export const ciliumAdd: CniAdd = {
  plugins: {
    'cilium-cni': {
      add,
      del(call) {
        const found = here(call)
        const host = found?.endpoint.dev ?? ''
        const params = { host, id: found?.endpoint.id ?? 0, address: call.pod.podIPs.filter((a) => familyOf(a) === 4).join(', ') }
        const lines = found === undefined ? [] : Object.values(madeFor(call, found)).flat()
        return [
          { from: 'plugin', to: 'agent', program: 'cilium-cni', code: 'cilium-endpoint-gone', params, lines },
          { from: 'agent', to: 'agent', program: 'cilium-agent', code: 'cilium-release', params },
          {
            ...{ from: 'plugin', to: 'kernel', program: 'cilium-cni', code: 'veth-gone', params },
            gone: [
              { netns: found?.endpoint.netns ?? '', links: ['eth0'] },
              { netns: call.node.meta.name, links: [host] },
            ],
          },
        ]
      },
    },
  },
}
