import type { Element, NftRule, Statement } from '../../../kernel/nft/ast.ts'
import { inCidr } from '../../../net/cidr.ts'
import type { CauseId } from '../../../trace/cause.ts'
import type { Why } from '../../why.ts'
import type { LocalDetector } from '../detectlocal.ts'
import type { Endpoint } from '../endpoints.ts'
import type { Plan } from '../plan.ts'
import { affinitySet, type ChainKind, endpointChain, externalChain, internalChain, portChain } from './names.ts'
import type { Sync } from './sync.ts'
import { end, goto, is, isIn, isNot, jump, one, place } from './write.ts'

const MASQUERADE = jump('mark-for-masquerade')

/** Source ranges are enforced even where nobody could answer: the packet is looked at before that is known. */
export const usesFirewall = ({ port }: Plan): boolean => port.vips.length > 0 && port.ranges.length > 0

/** A service port's chains beside those of its endpoints. */
export function chainKinds(plan: Plan): readonly ChainKind[] {
  const used = plan.used()
  return [
    ...(used.cluster.length > 0 ? (['service'] as const) : []),
    ...(used.local.length > 0 ? (['local'] as const) : []),
    ...(plan.usesExternal ? (['external'] as const) : []),
    ...(usesFirewall(plan) ? (['firewall'] as const) : []),
  ]
}

/** "Is from a pod", or its opposite. */
function pod(sync: Sync, detector: LocalDetector, not = false): Statement {
  const say = not ? isNot : is
  switch (detector.by) {
    case 'source':
      return say(sync.fields.saddr, place(detector.net))
    case 'device':
      return say('iif', one(detector.dev))
    case 'devices':
      return say('iif', { kind: 'start', text: detector.prefix })
  }
}

/** Traffic to the cluster IP from where the answer would not come back is masqueraded: not from a pod, or always with masqueradeAll. */
export function masqueradeRules(sync: Sync, plan: Plan, chain: string): readonly NftRule[] {
  const { port } = plan
  if (chain !== internalChain(port) || !plan.hasInternal || (!sync.masqueradeAll && sync.detector === undefined)) return []
  const when = sync.masqueradeAll || sync.detector === undefined ? [] : [pod(sync, sync.detector, true)]
  const to = [is(sync.fields.daddr, one(port.clusterIP)), is(`${port.proto} dport`, one(port.port))]
  const because = sync.because('masquerade-cluster-ip', [port.portCause('port'), sync.cluster.proxy.because])
  return [{ statements: [...to, ...when, MASQUERADE], because }]
}

/** The choice among endpoints: who came before (affinity), then one throw of dice with a side for each. */
function choiceRules(sync: Sync, plan: Plan, endpoints: readonly Endpoint[]): readonly NftRule[] {
  const { port } = plan
  const known =
    port.affinity === undefined
      ? []
      : endpoints.map(
          (e): NftRule => ({
            statements: [isIn(sync.fields.saddr, affinitySet(port, e)), goto(endpointChain(port, e))],
            because: sync.because('affinity', [port.service.causeOf('spec.sessionAffinity'), e.because()]),
          }),
        )
  const elements = endpoints.map(
    (e, i): Element => ({
      key: [one(i)],
      to: { verdict: 'goto', chain: endpointChain(port, e) },
      because: sync.because('choose-endpoint', [e.because()]),
    }),
  )
  const because = sync.because('choose-endpoint', [port.portCause('port')])
  return [...known, { statements: [{ kind: 'vmap', key: { mod: endpoints.length, offset: 0 }, among: { elements } }], because }]
}

/** Where traffic from outside enters: marked for masquerade, or with policy Local only short cuts for pods and the node itself are. */
export function externalRules(sync: Sync, plan: Plan): readonly NftRule[] {
  const { port } = plan
  const { texts } = sync.version
  const because = sync.because('external-traffic', [port.service.causeOf('spec.externalTrafficPolicy')])
  const all = goto(portChain('service', port))
  const local = is('fib saddr type', one('local'))
  const rules: NftRule[] = []
  if (!port.externalLocal) rules.push({ statements: [MASQUERADE], because })
  else {
    if (sync.detector !== undefined) rules.push({ statements: [pod(sync, sync.detector), all], comment: texts.podExternal, because })
    rules.push({ statements: [local, MASQUERADE], comment: texts.masqueradeLocal, because })
    rules.push({ statements: [local, all], comment: texts.routeLocal, because })
  }
  if (plan.hasExternal) rules.push({ statements: [goto(externalChain(port))], because })
  return rules
}

/** What comes from none of the source ranges is dropped; a range that holds this node lets the load balancer's own addresses in as well. */
export function firewallRules(sync: Sync, plan: Plan): readonly NftRule[] {
  const { port } = plan
  const node = sync.nodeIP
  const fromNode = node !== undefined && port.ranges.some((r) => inCidr(node, r.value))
  const sources = [...port.ranges, ...(fromNode ? port.vips : [])]
  const elements = sources.map((s): Element => ({ key: [place(s.value)] }))
  const because = sync.because(
    'source-ranges',
    sources.map((s): CauseId => port.service.causeOf(s.path)),
  )
  return [{ statements: [{ kind: 'in', key: [sync.fields.saddr], not: true, among: { elements } }, end('drop')], because }]
}

/** Rules of one of a service port's chains. */
export function portRules(sync: Sync, plan: Plan, kind: ChainKind): readonly NftRule[] {
  const chain = portChain(kind, plan.port)
  switch (kind) {
    case 'service':
      return [...masqueradeRules(sync, plan, chain), ...choiceRules(sync, plan, plan.used().cluster)]
    case 'local':
      return [...masqueradeRules(sync, plan, chain), ...choiceRules(sync, plan, plan.used().local)]
    case 'external':
      return externalRules(sync, plan)
    case 'firewall':
      return firewallRules(sync, plan)
  }
}

/** One endpoint: its own traffic is marked, so that the answer comes back this way (hairpin); who is sent here is remembered; then DNAT. */
export function endpointRules(sync: Sync, plan: Plan, e: Endpoint): readonly NftRule[] {
  const { port } = plan
  const because = (why: Why, ...from: readonly CauseId[]): CauseId => sync.because(why, [...from, e.because()])
  const { saddr } = sync.fields
  const dnat: Statement = { kind: 'dnat', address: e.ip, ports: { from: e.port, to: e.port }, flags: [] }
  const remember: Statement = { kind: 'update', op: 'update', set: affinitySet(port, e), key: [saddr] }
  return [
    { statements: [is(saddr, one(e.ip)), MASQUERADE], because: because('hairpin') },
    ...(port.affinity === undefined
      ? []
      : [{ statements: [remember], because: because('affinity', port.service.causeOf('spec.sessionAffinity')) }]),
    { statements: [is('meta l4proto', one(port.proto)), dnat], because: because('endpoint', port.portCause('targetPort')) },
  ]
}
