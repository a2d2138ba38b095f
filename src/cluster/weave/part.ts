import { inCidr, lastOf, maskedCidr, parseCidr } from '../../net/cidr.ts'
import { addToIp, type Cidr, compareIp, familyOf, type Ip } from '../../net/ip.ts'
import { mix } from '../../trace/luck.ts'
import { fixedFails } from '../calico/fixed-fails.ts'
import type { Cluster, ClusterNode } from '../cluster.ts'
import type { Networks } from '../config/networks.ts'
import { causeAt, type Ipam, report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { lowest, shares } from './ring.ts'
import type { WeavePeer, WeavePlan } from './types.ts'

/** Addresses while a cluster is settled, and afterwards what the programs go by. */
export interface WeaveSettling extends Ipam {
  plan(): { readonly weave: WeavePlan }
}

/** prog/weave-kube/launch.sh. */
const RANGE = '10.32.0.0/12' as Cidr
/** net/bridge.go: GCE's 1460, less VXLAN's 50 and 34 for ESP. */
const MTU = 1376
/** Settings of launch.sh that change nothing that a packet meets here. */
const KNOWN: readonly string[] = [
  ...['IPALLOC_RANGE', 'WEAVE_MTU', 'NO_MASQ_LOCAL', 'HOSTNAME', 'KUBE_PEERS', 'IPALLOC_INIT', 'CONN_LIMIT', 'CHECKPOINT_DISABLE'],
  ...['INIT_CONTAINER', 'WEAVE_STATUS_ADDR', 'WEAVE_METRICS_ADDR', 'WEAVE_HTTP_ADDR', 'WEAVE_NPC_ARGS', 'HOST_ROOT'],
]

const daemonOf = (sorted: Sorted) => sorted.workloads.find((one) => one.kind === 'DaemonSet' && one.metadata.name === 'weave-net')

function settingsOf(sorted: Sorted): ReadonlyMap<string, string> {
  const containers = daemonOf(sorted)?.is.template.spec.containers ?? []
  return new Map(containers.filter((c) => c.name === 'weave').flatMap((c) => c.env.map(({ name, value }) => [name, value] as const)))
}

/** The range that Weave hands out where nothing else in the files speaks of Pod addresses. */
export function usualRange(sorted: Sorted): Cidr | undefined {
  const set = parseCidr(settingsOf(sorted).get('IPALLOC_RANGE') ?? '')
  return set ?? (sorted.nodes.some((node) => node.is.podCIDRs.length > 0) ? undefined : RANGE)
}

/** Why weaver does not start (prog/weaver/main.go, net/net.go), in its own words, and the setting to blame; undefined: it does. */
function refusal(
  settings: ReadonlyMap<string, string>,
  told: Cidr | undefined,
  nodes: readonly ClusterNode[],
): { readonly key: string; readonly text: string } | undefined {
  const [range = '', mtu = ''] = [settings.get('IPALLOC_RANGE'), settings.get('WEAVE_MTU')]
  if (range !== '' && (told === undefined || familyOf(told) === 6)) return { key: 'IPALLOC_RANGE', text: `invalid CIDR address: ${range}` }
  if (mtu !== '' && !/^\d+$/.test(mtu)) return { key: 'WEAVE_MTU', text: `invalid value "${mtu}" for flag --mtu` }
  const own = nodes.flatMap((node) => node.addresses).find((address) => told !== undefined && inCidr(address, told))
  if (told === undefined || own === undefined) return undefined
  const route = maskedCidr(`${own}/24` as Cidr)
  return { key: 'IPALLOC_RANGE', text: `Network ${told} overlaps with existing route ${route} on host` }
}

/** Where the DaemonSet says a setting. */
function envPath(daemon: Sorted['workloads'][number], name: string): string {
  const { containers } = daemon.is.template.spec
  const i = containers.findIndex((c) => c.name === 'weave')
  const j = containers[i]?.env.findIndex((one) => one.name === name) ?? 0
  return `spec.template.spec.containers[${i}].env[${j}].value`
}

/** 12 bits that no other peer has (mesh, PeerShortID): random on a real node, made from the name here. */
function shortIds(names: readonly string[]): ReadonlyMap<string, number> {
  const given = new Map<string, number>()
  const taken = new Set<number>()
  for (const name of names) {
    let id = mix(0, `short id ${name}`) % 4096
    while (taken.has(id) && taken.size < 4096) id = (id + 1) % 4096
    taken.add(id)
    given.set(name, id)
  }
  return given
}

export function settleIpam(
  s: Settling,
  sorted: Sorted,
  nodes: readonly ClusterNode[],
  cni: Cluster['cni'],
  _told: boolean,
  nets: Networks,
): WeaveSettling {
  const settings = settingsOf(sorted)
  const daemon = daemonOf(sorted)
  const told = parseCidr(settings.get('IPALLOC_RANGE') ?? '')
  const range = told ?? nets.podSubnets.find((one) => familyOf(one) === 4) ?? RANGE
  const refused = refusal(settings, told, nodes)
  if (refused !== undefined && daemon)
    report(s, 'error', 'program-refuses', { program: 'weaver', text: refused.text }, { object: daemon, path: envPath(daemon, refused.key) })
  const mine = nodes.filter((n) => n.interfaces === undefined && n.addresses.some((a) => familyOf(a) === 4)).map((n) => n.meta.name)
  const slices = shares(range, mine)
  const ids = shortIds(mine)
  const taken = new Set<string>()
  const peers = new Map<string, WeavePeer>()
  /** Where a peer looks next: addresses are handed out from below and none comes back meanwhile. */
  const next = new Map<string, Ip>()

  function take(node: string): Ip | undefined {
    const slice = slices.get(node)
    if (slice === undefined) return undefined
    const from = next.get(node)
    let at = from ?? lowest(range, slice, taken)
    while (at !== undefined && (taken.has(at) || at === lastOf(range))) at = compareIp(at, lastOf(slice)) < 0 ? addToIp(at, 1) : undefined
    if (at === undefined) return undefined
    taken.add(at)
    next.set(node, at)
    return at
  }

  const plan: WeavePlan = {
    range,
    mtu: Number(settings.get('WEAVE_MTU')) || MTU,
    noMasqLocal: settings.get('NO_MASQ_LOCAL') !== '0',
    peers,
    unknown: [...settings.keys()].filter((name) => !KNOWN.includes(name)),
    because: daemon ? causeAt(s, { object: daemon, path: '' }) : cni.because,
  }

  return {
    plan: () => ({ weave: plan }),
    begin(given, all) {
      for (const one of all) taken.add(one)
      for (const [, ips] of given) for (const one of ips) taken.add(one)
      for (const node of mine) {
        const slice = slices.get(node)
        const bridge = take(node)
        if (slice !== undefined && bridge !== undefined) peers.set(node, { slice, bridge, shortId: ids.get(node) ?? 0 })
      }
    },
    take(draft, node) {
      if (draft.meta.annotations['cni.projectcalico.org/ipAddrs']) fixedFails({ ...s, cni: cni.name }, draft)
      const address = take(node.meta.name)
      if (address !== undefined) return [address]
      const net = slices.get(node.meta.name)
      const who = { pod: draft.meta.name, node: node.meta.name, net: net ?? range }
      report(s, 'warning', net === undefined ? 'no-address-left' : 'weave-full', who, draft.specPlace)
      return []
    },
  }
}
