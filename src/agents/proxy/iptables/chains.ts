import type { Part } from '../../../kernel/iptables/ast.ts'
import { inCidr } from '../../../net/cidr.ts'
import { fraction } from '../../../trace/luck.ts'
import type { Why } from '../../why.ts'
import { comment, dport, from, jump, maybeComment, proto, srcType, target, to } from '../../write.ts'
import { podPart } from '../detectlocal.ts'
import type { Endpoint } from '../endpoints.ts'
import type { Plan } from '../plan.ts'
import type { ServicePort } from '../serviceport.ts'
import { endpointChain, externalChain, internalChain, serviceChain } from './names.ts'
import { type Line, type Sync, usesFirewall } from './sync.ts'

const MASQ = 'KUBE-MARK-MASQ'

/** A service port's own chains, in the order of their `:NAME` lines. */
export function ownChains(plan: Plan): readonly string[] {
  const { port } = plan
  const used = plan.used()
  return [
    ...(plan.usesExternal ? [serviceChain('EXT', port)] : []),
    ...(usesFirewall(plan) ? [serviceChain('FW', port)] : []),
    ...(used.cluster.length > 0 ? [serviceChain('SVC', port)] : []),
    ...(used.local.length > 0 ? [serviceChain('SVL', port)] : []),
    ...used.reachable.map((e) => endpointChain(port, e.text)),
  ]
}

/** Traffic to the cluster IP from where the answer would not come back is masqueraded: not from a pod, or always with masqueradeAll. */
export function masqueradeRules(sync: Sync, plan: Plan): readonly Line[] {
  const { port } = plan
  if (!plan.hasInternal || (!sync.masqueradeAll && sync.detector === undefined)) return []
  const when = sync.masqueradeAll || sync.detector === undefined ? [] : [podPart(sync.detector, true)]
  const parts = [
    comment(sync.version.texts.clusterIP(port.name)),
    ...proto(port.proto),
    to(port.clusterIP),
    dport(port.port),
    ...when,
    jump(MASQ),
  ]
  return [
    [internalChain(port), { parts, because: sync.because('masquerade-cluster-ip', [port.portCause('port'), sync.cluster.proxy.because]) }],
  ]
}

/** Where traffic from outside enters: marked for masquerade, or with policy Local only short cuts for pods and the node itself are. */
export function externalRules(sync: Sync, plan: Plan): readonly Line[] {
  const { port } = plan
  if (!plan.usesExternal) return []
  const { texts } = sync.version
  const chain = serviceChain('EXT', port)
  const because = sync.because('external-traffic', [port.service.causeOf('spec.externalTrafficPolicy')])
  const out: Line[] = []
  const add = (...parts: readonly Part[]): void => void out.push([chain, { parts, because }])
  const all = jump(serviceChain('SVC', port))
  if (!port.externalLocal) add(comment(texts.masqueradeExternal(port.name)), jump(MASQ))
  else {
    if (sync.detector !== undefined) add(comment(texts.podExternal(port.name)), podPart(sync.detector), all)
    add(comment(texts.masqueradeLocal(port.name)), srcType('LOCAL'), jump(MASQ))
    add(comment(texts.routeLocal(port.name)), srcType('LOCAL'), all)
  }
  if (plan.hasExternal) add(jump(externalChain(port)))
  return out
}

/** Source ranges of a load balancer address. What gets through none keeps its destination and is dropped in the filter table. */
export function firewallRules(sync: Sync, plan: Plan): readonly Line[] {
  const { port } = plan
  if (!usesFirewall(plan)) return []
  const { texts } = sync.version
  const chain = serviceChain('FW', port)
  const next = jump(serviceChain('EXT', port))
  const node = sync.nodeIP
  const fromNode = node !== undefined && port.ranges.some((r) => inCidr(node, r.value))
  const sources = [...port.ranges, ...(fromNode ? port.vips : [])]
  const because = sync.because('source-ranges', [port.service.causeOf('spec.loadBalancerSourceRanges')])
  return [
    ...sources.map((s): Line => {
      const parts = [comment(texts.loadBalancerIP(port.name)), from(s.value), next]
      return [chain, { parts, because: sync.because('source-ranges', [port.service.causeOf(s.path)]) }]
    }),
    [chain, { parts: [comment(texts.otherTraffic(port.name))], because }],
  ]
}

/** The whole address counts: the module's default, which kube-proxy leaves out. */
const WHOLE = { 4: '255.255.255.255', 6: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' } as const
type Remembered = { readonly op: 'set' } | { readonly op: 'rcheck'; readonly seconds: number; readonly reap: true }
const recent = (sync: Sync, name: string, more: Remembered): Part => ({
  part: 'match',
  match: { kind: 'recent', name, mask: WHOLE[sync.family], side: 'rsource', ...more },
})

/** The choice among endpoints: who came before (affinity), then 1/n, 1/(n-1) …, the rest for the last. */
function choiceRules(sync: Sync, port: ServicePort, chain: string, endpoints: readonly Endpoint[]): readonly Line[] {
  const text = (e: Endpoint): readonly Part[] => (sync.endpointComments() ? [comment(sync.version.texts.endpoint(port.name, e.text))] : [])
  const line = (e: Endpoint, why: Why, when: readonly Part[]): Line => {
    const parts = [...text(e), ...when, jump(endpointChain(port, e.text))]
    return [
      chain,
      {
        parts,
        because: sync.because(why, why === 'affinity' ? [port.service.causeOf('spec.sessionAffinity'), e.because()] : [e.because()]),
      },
    ]
  }
  const seconds = port.affinity
  const known =
    seconds === undefined
      ? []
      : endpoints.map((e) => line(e, 'affinity', [recent(sync, endpointChain(port, e.text), { op: 'rcheck', seconds, reap: true })]))
  const n = endpoints.length
  const chance = (i: number): readonly Part[] =>
    i === n - 1 ? [] : [{ part: 'match', match: { kind: 'statistic', probability: fraction(1, n - i) } }]
  return [...known, ...endpoints.map((e, i) => line(e, 'choose-endpoint', chance(i)))]
}

/** One endpoint: its own traffic is marked, so that the answer comes back this way (hairpin); then DNAT. */
function endpointRules(sync: Sync, port: ServicePort, e: Endpoint): readonly Line[] {
  const chain = endpointChain(port, e.text)
  const text = maybeComment(sync.endpointComments() ? port.name : undefined)
  const cause = e.because()
  const remember = port.affinity === undefined ? [] : [recent(sync, chain, { op: 'set' })]
  const dnat = target({ kind: 'dnat', to: e.text, address: e.ip, ports: { from: e.port, to: e.port } })
  return [
    [chain, { parts: [...text, from(e.ip), jump(MASQ)], because: sync.because('hairpin', [cause]) }],
    [
      chain,
      {
        parts: [...text, ...remember, ...proto(port.proto), dnat],
        because: sync.because('endpoint', [port.portCause('targetPort'), cause]),
      },
    ],
  ]
}

/** All rules of a service port's own chains, in the order of the text. */
export function ownRules(sync: Sync, plan: Plan): readonly Line[] {
  const { port } = plan
  const used = plan.used()
  return [
    ...masqueradeRules(sync, plan),
    ...externalRules(sync, plan),
    ...firewallRules(sync, plan),
    ...choiceRules(sync, port, serviceChain('SVC', port), used.cluster),
    ...choiceRules(sync, port, serviceChain('SVL', port), used.local),
    ...used.reachable.flatMap((e) => endpointRules(sync, port, e)),
  ]
}
