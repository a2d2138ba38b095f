import type { Op } from '../../../kernel/op.ts'
import { lengthOf } from '../../../net/cidr.ts'
import type { Cidr } from '../../../net/ip.ts'
import { podNetns } from '../../agent.ts'
import { npcSetsOf } from '../../policy/npc/npc.ts'
import { portmapPlugin } from '../add/portmap.ts'
import type { Call, CniAdd, Ran, Step } from '../add/types.ts'
import { BRIDGE } from './names.ts'
import { type Attached, attachedOn, type Site, siteOf } from './site.ts'
import { podOps, portOps } from './weave.ts'

/** weaver's control port, which its plugin asks. */
const API = 'http://127.0.0.1:6784'

interface Here {
  readonly self: Site
  readonly one: Attached
}

function here({ cluster, node, pod }: Call): Here | undefined {
  const self = cluster.weave && siteOf(cluster.weave, node)
  const one = attachedOn(cluster, node).find((a) => a.netns === podNetns(pod))
  return self && one && { self, one }
}

const rangeLength = ({ cluster }: Call): number => (cluster.weave ? lengthOf(cluster.weave.range) : 32)
const isLink = (op: Op): op is Extract<Op, { do: 'link' }> => op.do === 'link'

/** Sets in which weave-npc has the Pod's address, a line each. */
const linesOf = ({ cluster }: Call, { one }: Here, verb: 'add' | 'del'): readonly string[] =>
  npcSetsOf(cluster).flatMap(({ name, entries }) =>
    entries.some((e) => e.values[0] === one.ip) ? [`ipset ${verb} ${name} ${one.ip}`] : [],
  )

/** weave-net (plugin/net/cni.go): address first, then the pair, its addresses and the way out by the bridge. */
function add(call: Call): Ran {
  const { cluster, node } = call
  const asks = { from: 'plugin', to: 'agent', program: 'weave-net' } as const
  const path = `POST ${API}/ip/${call.containerId}`
  if (call.refused !== undefined)
    return {
      steps: [{ ...asks, code: 'ipam-refused', files: [{ path, how: 'reads', text: '' }], error: call.refused.text }],
      error: call.refused.text,
    }
  const found = here(call)
  if (found === undefined || cluster.weave === undefined) return { steps: [], error: 'no weaver on this node' }
  const { self, one } = found
  const [name, netns] = [node.meta.name, one.netns]
  const address = `${one.ip}/${rangeLength(call)}` as Cidr
  const host = portOps(cluster, cluster.weave, self, [one])
  const pod = podOps(cluster, cluster.weave, self, one).ops
  const bare = (op: Op): Op => (isLink(op) ? { do: 'link', link: { ...op.link, addrs: [] } } : op)
  const alone = (op: Op): Op => {
    if (!isLink(op)) return op
    const { master: _master, hairpin: _hairpin, ...link } = op.link
    return { do: 'link', link }
  }
  const links = pod.filter(isLink)
  const shared = { from: 'plugin', to: 'kernel', program: 'weave-net' } as const
  const params = { address, slice: self.slice, via: self.bridge, host: one.dev, bridge: BRIDGE, mtu: cluster.weave.mtu, netns: call.netns }
  const steps: readonly Step[] = [
    { ...asks, code: 'weave-ipam', params, files: [{ path, how: 'reads', text: address }] },
    {
      ...shared,
      code: 'weave-veth',
      params,
      ops: [
        { netns, ops: links.map(bare) },
        { netns: name, ops: host.map(alone) },
      ],
    },
    { ...shared, code: 'enslave-hairpin', params, ops: [{ netns: name, ops: host }] },
    { ...shared, code: 'pod-addresses', params: { addresses: address }, ops: [{ netns, ops: links }] },
    { ...shared, code: 'pod-routes', params, ops: [{ netns, ops: pod.filter((op) => !isLink(op)) }] },
  ]
  return { steps, result: { interfaces: [], ips: [{ address, gateway: self.bridge }], routes: [] } }
}

function npc(call: Call, code: 'npc-sets' | 'npc-sets-gone'): readonly Step[] {
  const found = here(call)
  if (found === undefined) return []
  return [
    {
      from: 'agent',
      to: 'kernel',
      program: 'weave-npc',
      code,
      params: { address: found.one.ip },
      lines: linesOf(call, found, code === 'npc-sets' ? 'add' : 'del'),
    },
  ]
}

/** weave-net and portmap, and weave-npc behind them. */
export const weaveAdd: CniAdd = {
  plugins: {
    'weave-net': {
      add,
      del(call) {
        const found = here(call)
        const host = found?.one.dev ?? ''
        const address = call.pod.podIPs[0] ?? ''
        return [
          {
            ...{ from: 'plugin', to: 'kernel', program: 'weave-net', code: 'veth-gone', params: { host } },
            gone: [
              { netns: found?.one.netns ?? '', links: ['eth0'] },
              { netns: call.node.meta.name, links: [host] },
            ],
          },
          {
            ...{ from: 'plugin', to: 'agent', program: 'weave-net', code: 'weave-release', params: { address } },
            lines: [`DELETE ${API}/ip/${call.containerId}`],
          },
        ]
      },
    },
    portmap: portmapPlugin(
      (call) => call.pod.podIPs.map((ip) => `${ip}/${rangeLength(call)}` as Cidr),
      () => BRIDGE,
    ),
  },
  after: (call) => npc(call, 'npc-sets'),
  afterDel: (call) => npc(call, 'npc-sets-gone'),
}
