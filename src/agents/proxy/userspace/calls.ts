import type { Call, Part, Written } from '../../../kernel/iptables/ast.ts'
import { hostCidr } from '../../../net/cidr.ts'
import { familyOf, type Ip } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import type { Why } from '../../why.ts'
import { comment, dport, dstType, jump, target, to } from '../../write.ts'
import { fixedRule } from '../marks.ts'
import type { ProxyView } from '../view.ts'
import type { OwnPort } from './portals.ts'

/** Chains for traffic that comes in from elsewhere (pods, other machines) and for that of the node itself. */
const CHAINS = {
  container: 'KUBE-PORTALS-CONTAINER',
  host: 'KUBE-PORTALS-HOST',
  containerNodePort: 'KUBE-NODEPORT-CONTAINER',
  hostNodePort: 'KUBE-NODEPORT-HOST',
  nonLocal: 'KUBE-NODEPORT-NON-LOCAL',
} as const

const PORTALS = 'handle ClusterIPs; NOTE: this must be before the NodePort rules'
const NODE_PORTS = 'handle service NodePorts; NOTE: this must be the last rule in the chain'
const NON_LOCAL = 'Ensure that non-local NodePort traffic can flow'

/** Chains and the jumps to them: portals first in their built-in chains, node ports last. */
function jumpCalls(view: ProxyView): readonly Call[] {
  const rule = (...parts: readonly Part[]): Written => fixedRule(view, parts, 'service-jump')
  const portals = (chain: string): Written => rule(comment(PORTALS), jump(chain))
  const nodePorts = (chain: string): Written => rule(dstType('LOCAL'), comment(NODE_PORTS), jump(chain))
  const { container, host, containerNodePort, hostNodePort, nonLocal } = CHAINS
  return [
    { call: '-N', table: 'nat', chain: container },
    { call: '-I', table: 'nat', chain: 'PREROUTING', rule: portals(container) },
    { call: '-N', table: 'nat', chain: host },
    { call: '-I', table: 'nat', chain: 'OUTPUT', rule: portals(host) },
    { call: '-N', table: 'nat', chain: containerNodePort },
    { call: '-A', table: 'nat', chain: 'PREROUTING', rule: nodePorts(containerNodePort) },
    { call: '-N', table: 'nat', chain: hostNodePort },
    { call: '-A', table: 'nat', chain: 'OUTPUT', rule: nodePorts(hostNodePort) },
    { call: '-N', table: 'filter', chain: nonLocal },
    { call: '-I', table: 'filter', chain: 'INPUT', rule: rule(comment(NON_LOCAL), jump(nonLocal)) },
  ]
}

const socketText = (ip: Ip, port: number): string => (familyOf(ip) === 4 ? `${ip}:${port}` : `[${ip}]:${port}`)

/** Rules of one service port: everything for it is led to the port on which the proxy listens. */
function portCalls(view: ProxyView, { port, proxyPort }: OwnPort): readonly Call[] {
  const ports = { from: proxyPort, to: proxyPort }
  const redirect = target({ kind: 'redirect', ports })
  // What the node itself sends has to be led to an address of the node: loopback would be its source's end.
  const hostIP = view.nodeIP
  const dnat = hostIP && target({ kind: 'dnat', to: socketText(hostIP, proxyPort), address: hostIP, ports })
  const add = (chain: string, why: Why, cause: CauseId, ...parts: readonly Part[]): Call => ({
    call: '-A',
    table: 'nat',
    chain,
    rule: { parts, because: view.because(why, [cause]) },
  })
  const asked = (number: number, ip?: Ip): readonly Part[] => [
    comment(port.name),
    { part: 'proto', proto: port.proto },
    { part: 'module', name: port.proto },
    dport(number),
    ...(ip === undefined ? [] : [to(hostCidr(ip))]),
  ]
  const notBridged: Part = { part: 'match', match: { kind: 'physdev', isIn: true, not: true } }
  const portal = (ip: Ip, why: Why, cause: CauseId): readonly Call[] => [
    add(CHAINS.container, why, cause, ...asked(port.port, ip), redirect),
    ...(dnat ? [add(CHAINS.host, why, cause, ...asked(port.port, ip), dnat)] : []),
  ]
  const external = (ip: Ip, cause: CauseId): readonly Call[] => [
    add(CHAINS.container, 'external-ip', cause, ...asked(port.port, ip), notBridged, redirect),
    add(CHAINS.container, 'external-ip', cause, ...asked(port.port, ip), dstType('LOCAL'), redirect),
    ...(dnat ? [add(CHAINS.host, 'external-ip', cause, ...asked(port.port, ip), dstType('LOCAL'), dnat)] : []),
  ]
  const nodePort = (): readonly Call[] => {
    const cause = port.portCause('nodePort')
    const isNew: Part = { part: 'match', match: { kind: 'conntrack', states: ['NEW'], module: 'state' } }
    const through = [...asked(proxyPort), isNew, target({ kind: 'accept' })]
    return [
      add(CHAINS.containerNodePort, 'node-port', cause, ...asked(port.nodePort), redirect),
      ...(dnat ? [add(CHAINS.hostNodePort, 'node-port', cause, ...asked(port.nodePort), dnat)] : []),
      { call: '-A', table: 'filter', chain: CHAINS.nonLocal, rule: { parts: through, because: view.because('node-port', [cause]) } },
    ]
  }
  return [
    ...portal(port.clusterIP, 'cluster-ip', port.portCause('port')),
    ...port.externalIPs.flatMap((e) => external(e.value, port.service.causeOf(e.path))),
    ...port.vips.flatMap((v) => portal(v.value, 'load-balancer-ip', port.service.causeOf(v.path))),
    ...(port.nodePort === 0 ? [] : nodePort()),
  ]
}

/** All calls of iptables, in order (pkg/proxy/userspace/proxier.go, gone since 1.26). */
export const callsOf = (view: ProxyView, ports: readonly OwnPort[]): readonly Call[] => [
  ...jumpCalls(view),
  ...ports.flatMap((p) => portCalls(view, p)),
]
