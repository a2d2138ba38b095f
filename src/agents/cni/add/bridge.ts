import type { Op } from '../../../kernel/op.ts'
import { type Cidr, familyOf } from '../../../net/ip.ts'
import { podNetns } from '../../agent.ts'
import { attach, type BridgeConfig, gatewayOf, ownBridge } from '../bridge.ts'
import { hostLocalAdd, hostLocalDel } from './host-local.ts'
import type { CniResult } from './result.ts'
import { callsText } from './rules.ts'
import type { Call, Ran, Step } from './types.ts'

/** What the bridge plugin is told on a node; `masquerade`: rules that ipMasq writes for one Pod, and its chain. */
export interface Bridged {
  readonly config: BridgeConfig
  readonly masquerade?: { readonly chain: string; readonly ops: readonly Op[] }
}

type Link = Extract<Op, { do: 'link' }>
const isLink = (op: Op): op is Link => op.do === 'link'

/** What the engine writes for the Pod, taken apart. */
function partsOf(
  call: Call,
  config: BridgeConfig,
): { readonly host: Link['link']; readonly pod: Link['link']; readonly routes: readonly Op[] } | undefined {
  const { node, pod } = attach(call.cluster, call.node, call.pod, config)
  const [host] = node.filter(isLink)
  const [own] = pod.filter(isLink)
  return host && own && { host: host.link, pod: own.link, routes: pod.filter((op) => !isLink(op)) }
}

const plain = (link: Link['link']): Link['link'] => {
  const { master: _master, hairpin: _hairpin, ...rest } = link
  return { ...rest, addrs: [] }
}

/** The bridge plugin (plugins/main/bridge/bridge.go), in the order in which it works. */
export function bridgeAdd(call: Call, { config, masquerade }: Bridged): Ran {
  if (call.refused?.by === 'plugin') return { steps: [], error: call.refused.text }
  const parts = partsOf(call, config)
  if (parts === undefined) return { steps: [], error: 'no veth pair' }
  const { cluster, node } = call
  const [name, netns] = [node.meta.name, podNetns(call.pod)]
  const [bridge, forwarding] = ownBridge(cluster, node, config)
  const first = call.before.length === 0
  const { host, pod, routes } = parts
  const shared = { from: 'plugin', to: 'kernel', program: 'bridge' } as const
  const on = { host: host.dev, bridge: config.bridge, mtu: config.mtu, netns: call.netns }
  const wired: readonly Step[] = [
    first
      ? { ...shared, code: 'bridge-made', params: on, ops: [{ netns: name, ops: [{ ...bridge, link: plain(bridge.link) }] }] }
      : { ...shared, code: 'bridge-there', params: on },
    {
      ...shared,
      code: 'veth',
      params: on,
      ops: [
        { netns, ops: [{ do: 'link', link: plain(pod) }] },
        { netns: name, ops: [{ do: 'link', link: plain(host) }] },
      ],
    },
    {
      ...shared,
      code: config.hairpin ? 'enslave-hairpin' : 'enslave',
      params: on,
      ops: [{ netns: name, ops: [{ do: 'link', link: host }] }],
    },
  ]
  const ipam = hostLocalAdd(call, config.ranges)
  if (ipam.result === undefined) return { steps: [...wired, ...ipam.steps], ...(ipam.error === undefined ? {} : { error: ipam.error }) }
  const addresses = pod.addrs.join(', ')
  const inside: readonly Step[] = [
    { ...shared, code: 'pod-addresses', params: { addresses }, ops: [{ netns, ops: [{ do: 'link', link: pod }] }] },
    routes.length > 0
      ? {
          ...shared,
          code: 'pod-routes',
          params: { via: config.ranges.map((r) => gatewayOf(r.subnet)).join(', ') },
          ops: [{ netns, ops: routes }],
        }
      : { ...shared, code: 'pod-no-routes', params: { addresses } },
  ]
  const gateway: readonly Step[] = first
    ? [
        {
          ...shared,
          code: 'bridge-address',
          params: { ...on, addresses: bridge.link.addrs.join(', ') },
          ops: [{ netns: name, ops: [bridge, forwarding] }],
        },
      ]
    : []
  const masked: readonly Step[] =
    masquerade === undefined
      ? []
      : [{ ...shared, code: 'ip-masq', params: { chain: masquerade.chain }, ops: [{ netns: name, ops: masquerade.ops }] }]
  return { steps: [...wired, ...ipam.steps, ...inside, ...gateway, ...masked], result: resultOf(call, config, bridge.link, host, pod) }
}

/** Interfaces in the order bridge, host end, Pod's end; routes of the IPAM's answer, then the default one of isDefaultGateway. */
function resultOf(call: Call, { ranges }: BridgeConfig, bridge: Link['link'], host: Link['link'], pod: Link['link']): CniResult {
  const mtu = { mtu: pod.mtu }
  return {
    interfaces: [
      { name: bridge.dev, mac: bridge.mac, ...mtu },
      { name: host.dev, mac: host.mac, ...mtu },
      { name: pod.dev, mac: pod.mac, ...mtu, sandbox: call.netns },
    ],
    ips: pod.addrs.flatMap((address) => {
      const range = ranges.find((r) => familyOf(r.subnet) === familyOf(address))
      return range === undefined ? [] : [{ interface: 2, address, gateway: gatewayOf(range.subnet) }]
    }),
    routes: [
      ...ranges.flatMap((r) => r.routes.map((dst) => ({ dst }))),
      ...ranges.map((r) => ({ dst: (familyOf(r.subnet) === 4 ? '0.0.0.0/0' : '::/0') as Cidr, gw: gatewayOf(r.subnet) })),
    ],
  }
}

/** DEL: the addresses go back first, then the pair, then the masquerading; the bridge stays, with or without ports. */
export function bridgeDel(call: Call, { config, masquerade }: Bridged): readonly Step[] {
  const parts = partsOf(call, config)
  const shared = { from: 'plugin', to: 'kernel', program: 'bridge' } as const
  const netns = call.node.meta.name
  const host = parts?.host.dev ?? ''
  return [
    ...hostLocalDel(call),
    {
      ...shared,
      code: 'veth-gone',
      params: { host },
      gone: [
        { netns: podNetns(call.pod), links: ['eth0'] },
        { netns, links: [host] },
      ],
    },
    ...(masquerade === undefined
      ? []
      : [
          {
            ...shared,
            code: 'ip-masq-gone',
            params: { chain: masquerade.chain },
            gone: [{ netns, rules: callsText(masquerade.ops) }],
          } as const,
        ]),
    { ...shared, code: 'bridge-stays', params: { bridge: config.bridge } },
  ]
}
