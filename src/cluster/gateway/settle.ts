import type {
  BackendRefFields,
  GatewayObject,
  GrantFields,
  HttpRouteObject,
  ObjectReference,
  ParentRef,
  ReferenceGrantObject,
} from '../../manifest/kinds/gateway/types.ts'
import type { ClusterService } from '../cluster.ts'
import { selects } from '../labels.ts'
import { made, withFields } from '../made.ts'
import { labelsOf } from '../namespaces.ts'
import { type Place, report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { intersection } from './hostname.ts'
import {
  type Attached,
  type ClusterGateway,
  type ClusterHttpRoute,
  type ClusterListener,
  type Condition,
  GATEWAY_NAME,
  type GatewayApi,
} from './types.ts'

const GROUP = 'gateway.networking.k8s.io'
const good = (type: Condition['type'], reason: string = type): Condition => ({ type, status: true, reason })
const bad = (type: Condition['type'], reason: string): Condition => ({ type, status: false, reason })

/** ReferenceGrant: an object of another namespace may be named when a grant there allows it (GEP-709). */
function grantsOf(grants: readonly ReferenceGrantObject[]) {
  const may = (is: GrantFields, from: string, namespace: string, to: ObjectReference): boolean =>
    is.from.some((f) => f.group === GROUP && f.kind === from && f.namespace === namespace) &&
    is.to.some((t) => t.group === to.group && t.kind === to.kind && (t.name === undefined || t.name === to.name))
  return (from: string, namespace: string, to: ObjectReference): boolean =>
    (to.namespace ?? namespace) === namespace || grants.some((g) => g.metadata.namespace === to.namespace && may(g.is, from, namespace, to))
}

/** What of the fields nothing acts on. */
function unmodelled(s: Settling, routes: readonly HttpRouteObject[]): void {
  for (const object of routes)
    object.is.rules.forEach((rule, i) => {
      const say = (what: string, path: string): void =>
        report(s, 'hint', 'gateway-unmodelled', { what }, { object, path: `spec.rules[${i}].${path}` })
      rule.matches.forEach((match, j) => {
        if ([match.path, ...match.headers, ...match.query].some(({ type }) => type === 'RegularExpression'))
          say('RegularExpression', `matches[${j}]`)
      })
      rule.filters.forEach((filter, j) => {
        if (filter.type === 'unmodelled') say(filter.name, `filters[${j}]`)
      })
    })
}

/** The controller of all classes of the lab: listeners, the routes that attach to them, and the status of each. */
export function settleGateway(s: Settling, sorted: Sorted, services: readonly ClusterService[]): GatewayApi {
  const all = sorted.gatewayApi
  const classes = all.flatMap((one) => (one.kind === 'GatewayClass' ? [one] : []))
  const gateways = all.flatMap((one) => (one.kind === 'Gateway' ? [one] : []))
  const routes = all.flatMap((one) => (one.kind === 'HTTPRoute' ? [one] : []))
  const allowed = grantsOf(all.flatMap((one) => (one.kind === 'ReferenceGrant' ? [one] : [])))
  const known = new Set(classes.map((one) => one.metadata.name))
  const secrets = new Map(sorted.secrets.map((one) => [`${one.metadata.namespace}/${one.metadata.name}`, one]))
  const namespaceLabels = new Map(sorted.namespaces.map(({ metadata }) => [metadata.name, metadata.labels]))
  const tell = (place: Place, object: string, { type, reason }: Condition): void =>
    report(s, 'warning', 'gateway-condition', { object, condition: type, reason }, place)
  unmodelled(s, routes)

  function listenersOf(gateway: GatewayObject): Omit<ClusterListener, 'attached'>[] {
    const { namespace, name } = gateway.metadata
    return gateway.is.listeners.map((one, index) => {
      const place = { object: gateway, path: `spec.listeners[${index}]` }
      const conditions: Condition[] = []
      if (one.protocol !== 'HTTP' && one.protocol !== 'HTTPS') {
        report(s, 'hint', 'gateway-unmodelled', { what: `protocol ${one.protocol}` }, { ...place, path: `${place.path}.protocol` })
        conditions.push(bad('Accepted', 'UnsupportedProtocol'))
      }
      const refs = one.tls?.certificateRefs ?? []
      const mayShow = refs.filter((ref) => allowed('Gateway', namespace, ref))
      const found = mayShow.filter((ref) => secrets.get(`${ref.namespace ?? namespace}/${ref.name}`)?.is.type === 'kubernetes.io/tls')
      if (one.protocol === 'HTTPS' && found.length === 0)
        conditions.push(bad('ResolvedRefs', mayShow.length < refs.length ? 'RefNotPermitted' : 'InvalidCertificateRef'))
      for (const condition of conditions) tell(place, `Gateway ${namespace}/${name}`, condition)
      return { ...one, index, certificates: found.map((ref) => ({ ...ref, namespace: ref.namespace ?? namespace })), conditions }
    })
  }

  const withListeners = gateways.map((object) => ({ object, listeners: listenersOf(object), attached: new Map<number, Attached[]>() }))

  /** allowedRoutes: whether a route of this namespace may attach. */
  function admits(
    gateway: GatewayObject,
    { allowedRoutes: { from, selector, kinds } }: Omit<ClusterListener, 'attached'>,
    namespace: string,
  ): boolean {
    if (kinds.length > 0 && !kinds.includes('HTTPRoute')) return false
    if (from === 'All') return true
    if (from === 'Same') return namespace === gateway.metadata.namespace
    return selector !== undefined && selects(selector, labelsOf(namespaceLabels, namespace))
  }

  /** One parentRef: at which listeners the route attaches, or why at none (apis/v1 RouteConditionReason). */
  function attach(object: HttpRouteObject, parent: ParentRef, route: () => ClusterHttpRoute): string | undefined {
    const { namespace } = object.metadata
    const gateway = withListeners.find(
      ({ object: { metadata } }) => metadata.name === parent.name && metadata.namespace === (parent.namespace ?? namespace),
    )
    if (parent.kind !== 'Gateway' || !gateway) return 'NoMatchingParent'
    const named = gateway.listeners.filter(
      (one) =>
        (parent.sectionName === undefined || one.name === parent.sectionName) && (parent.port === undefined || one.port === parent.port),
    )
    if (named.length === 0) return 'NoMatchingParent'
    const open = named.filter((one) => one.conditions.every((c) => c.type !== 'Accepted') && admits(gateway.object, one, namespace))
    if (open.length === 0) return 'NotAllowedByListeners'
    let any = false
    for (const one of open) {
      const asked = object.is.hostnames.length === 0 ? [one.hostname ?? ''] : object.is.hostnames
      const hostnames = asked.flatMap((host) => intersection(one.hostname, host) ?? [])
      if (hostnames.length === 0) continue
      any = true
      const list = gateway.attached.get(one.index) ?? []
      gateway.attached.set(one.index, [...list, { route: route(), hostnames }])
    }
    return any ? undefined : 'NoMatchingListenerHostname'
  }

  /** The first reference that leads nowhere, and why. */
  function broken(object: HttpRouteObject): { readonly path: string; readonly reason: string } | undefined {
    const { namespace } = object.metadata
    for (const [i, rule] of object.is.rules.entries())
      for (const [j, ref] of rule.backendRefs.entries()) {
        const path = `spec.rules[${i}].backendRefs[${j}]`
        if (ref.group !== '' || ref.kind !== 'Service') return { path, reason: 'InvalidKind' }
        if (!allowed('HTTPRoute', namespace, ref)) return { path, reason: 'RefNotPermitted' }
        const service = services.find(({ meta }) => meta.name === ref.name && meta.namespace === (ref.namespace ?? namespace))
        if (!service?.spec.ports.some(({ port }) => port === ref.port)) return { path, reason: 'BackendNotFound' }
      }
    return undefined
  }

  const settled = routes.map((object): ClusterHttpRoute => {
    const { namespace, name } = object.metadata
    const wrong = broken(object)
    const label = `HTTPRoute ${namespace}/${name}`
    if (wrong) tell({ object, path: wrong.path }, label, bad('ResolvedRefs', wrong.reason))
    const base = made(object.metadata, s.originOf(object), s.isMadeUp(object))
    const route: ClusterHttpRoute = withFields(base, {
      is: object.is,
      created: object.metadata.creationTimestamp ?? '',
      parents: [] as { readonly conditions: readonly Condition[] }[],
      allowed: (ref: BackendRefFields) => ref.group === '' && ref.kind === 'Service' && allowed('HTTPRoute', namespace, ref),
    })
    const parents = object.is.parentRefs.map((parent, i) => {
      const reason = attach(object, parent, () => route)
      if (reason !== undefined) tell({ object, path: `spec.parentRefs[${i}]` }, label, bad('Accepted', reason))
      const refs = wrong ? bad('ResolvedRefs', wrong.reason) : good('ResolvedRefs')
      return { conditions: [reason === undefined ? good('Accepted') : bad('Accepted', reason), refs] }
    })
    return Object.assign(route, { parents })
  })

  return {
    classes: classes.map((one) => withFields(made(one.metadata, s.originOf(one), s.isMadeUp(one)), one.is)),
    gateways: withListeners.map(({ object, listeners, attached }): ClusterGateway => {
      const { namespace, name } = object.metadata
      const served = known.has(object.is.gatewayClassName)
      if (!served) tell({ object, path: 'spec.gatewayClassName' }, `Gateway ${namespace}/${name}`, bad('Accepted', 'Pending'))
      const programmed = served && listeners.some((one) => one.conditions.length === 0)
      return withFields(made(object.metadata, s.originOf(object), s.isMadeUp(object)), {
        className: object.is.gatewayClassName,
        created: object.metadata.creationTimestamp ?? '',
        addresses: services
          .filter(({ meta }) => meta.namespace === namespace && meta.labels[GATEWAY_NAME] === name)
          .flatMap(({ ingress }) => ingress.flatMap(({ ip, hostname }) => ip ?? hostname ?? [])),
        conditions: [
          served ? good('Accepted') : bad('Accepted', 'Pending'),
          programmed ? good('Programmed') : bad('Programmed', served ? 'Invalid' : 'Pending'),
        ],
        listeners: listeners.map((one) => ({ ...one, attached: attached.get(one.index) ?? [] })),
      })
    }),
    routes: settled,
  }
}
