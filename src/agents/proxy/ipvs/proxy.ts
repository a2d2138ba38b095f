import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import type { Call } from '../../../kernel/iptables/ast.ts'
import { printCall } from '../../../kernel/iptables/print.ts'
import { madeUpMac } from '../../../kernel/mac.ts'
import type { Op } from '../../../kernel/op.ts'
import { hostCidr } from '../../../net/cidr.ts'
import { type Family, familyOf, type Ip } from '../../../net/ip.ts'
import { comment, jump } from '../../write.ts'
import { conntrackCleanup, healthChecks } from '../after.ts'
import { fixedRule } from '../marks.ts'
import { type ProxyMode, restoreLines, type Section } from '../proxy.ts'
import { startSysctls } from '../start.ts'
import { familiesOf, unexplained } from '../view.ts'
import { v1_30 } from './data/v1.30.ts'
import { serverOp, setOp } from './load.ts'
import { restoreOf } from './restore.ts'
import { virtualServers } from './servers.ts'
import { boundAddresses, setOptions, setsOf } from './sets.ts'
import { type Sync, syncOf } from './sync.ts'

/** Calls made one at a time before the restore: all chains, then jumps to them at the head of the built-in ones. */
function jumpCalls(sync: Sync): readonly Call[] {
  const { natChains, filterChains, jumps } = sync.version
  return [
    ...natChains.map((chain): Call => ({ call: '-N', table: 'nat', chain })),
    ...filterChains.map((chain): Call => ({ call: '-N', table: 'filter', chain })),
    ...jumps.map(([table, chain, to, text]): Call => {
      return { call: '-I', table, chain, rule: fixedRule(sync, [comment(text), jump(to)], 'service-jump') }
    }),
  ]
}

const sysctls = ({ version, strictARP }: Sync): readonly (readonly [name: string, value: number])[] => [
  ...version.sysctls,
  ...(strictARP ? version.strictARP : []),
]

const socket = (ip: Ip, port: number): string => (familyOf(ip) === 4 ? `${ip}:${port}` : `[${ip}]:${port}`)

/** The device that makes the Services' addresses local; NOARP, and never up. */
function deviceOp(syncs: readonly Sync[], node: ClusterNode): Op {
  const bound = syncs.flatMap(boundAddresses)
  const [sync] = syncs
  const dev = v1_30.device
  return {
    do: 'link',
    link: {
      ...{ dev, kind: 'dummy', mac: madeUpMac(node.meta.name, dev), mtu: 1500, up: false, flags: ['noarp'] },
      addrs: bound.map(({ ip }) => hostCidr(ip)),
      ...(sync === undefined ? {} : { because: sync.because('cluster-ip', [sync.cluster.proxy.because]) }),
    },
  }
}

function opsOf(cluster: Cluster, node: ClusterNode): readonly Op[] {
  const syncs = familiesOf(node).map((f) => syncOf(cluster, node, f))
  return [
    ...syncs.flatMap(startSysctls),
    ...syncs.flatMap((sync) =>
      sysctls(sync).map(([name, value]): Op => {
        return { do: 'sysctl', name, value, because: sync.because('fixed-rule', [cluster.proxy.because]) }
      }),
    ),
    deviceOp(syncs, node),
    ...syncs.flatMap((sync): readonly Op[] => {
      const sets = setsOf(sync)
      return [
        setOp(sync, sets),
        { do: 'iptables', family: sync.family, calls: jumpCalls(sync) },
        { do: 'iptables-restore', family: sync.family, restore: restoreOf(sync, sets) },
        serverOp(sync),
      ]
    }),
  ]
}

function sectionsOf(cluster: Cluster, node: ClusterNode, family: Family): readonly Section[] {
  const sync = unexplained(syncOf(cluster, node, family))
  const sets = setsOf(sync)
  return [
    { name: `family IPv${family}`, lines: [] },
    { name: 'sysctl', lines: sysctls(sync).map(([name, value]) => `${name}=${value}`) },
    { name: 'iptables', lines: jumpCalls(sync).map(printCall) },
    { name: 'iptables-restore', lines: restoreLines(restoreOf(sync, sets)) },
    {
      name: 'ipset',
      lines: sets.flatMap((s) => [
        `create ${s.name} ${s.type} ${setOptions(s.type, family)}`,
        ...s.entries.map((e) => `add ${s.name} ${e.text}`),
      ]),
    },
    {
      name: 'ipvs',
      lines: virtualServers(sync).flatMap((v) => [
        `virtual ${v.proto.toUpperCase()} ${socket(v.address, v.port)} scheduler=${v.scheduler} flags=0x${v.flags.toString(16)} timeout=${v.timeout}`,
        ...v.reals.map((r) => `  real ${r.text} weight=${r.weight}`),
      ]),
    },
    { name: 'addresses', lines: boundAddresses(sync).map(({ ip }) => `${sync.version.device} ${ip}`) },
    { name: 'healthcheck', lines: healthChecks(cluster, node, family) },
    { name: 'conntrack', lines: conntrackCleanup(cluster, node, family) },
  ]
}

/** kube-proxy v1.30 in IPVS mode: one run for each address family of the node. */
export const ipvsProxy: ProxyMode = {
  mode: 'ipvs',
  ops: opsOf,
  sections: (cluster, node) => familiesOf(node).flatMap((f) => sectionsOf(cluster, node, f)),
}
