import { parseCidr } from '../../net/cidr.ts'
import { parseIp } from '../../net/ip.ts'
import type { NamespaceObject, NodeObject } from '../kinds.ts'
import { goText, invalid, invalidGo, type Report, required, shown } from '../schema/fault.ts'
import { cidrValue, dnsLabel, dnsSubdomain } from '../schema/forms.ts'
import { cidrFamilies, metaShape } from '../schema/meta.ts'
import { any, bool, fields, listOf, need, text, unused } from '../schema/shape.ts'
import { boolIn, mapIn, mapsIn, textIn, textsIn, type View } from '../schema/view.ts'
import type { KindReader } from './reader.ts'

/** podCIDR and podCIDRs are one list to the server: either may be given alone. */
function podCIDRs(object: View): readonly string[] {
  const spec = mapIn(object, 'spec')
  const list = textsIn(spec, 'podCIDRs')
  const first = textIn(spec, 'podCIDR')
  return list.length > 0 ? list : first === '' ? [] : [first]
}

/** The server takes any text here; a machine has IP addresses, and one that has none cannot be reached. */
function addressRules(object: View, report: Report): void {
  mapsIn(mapIn(object, 'status'), 'addresses').forEach((one, i) => {
    const address = textIn(one, 'address')
    if (/^(Internal|External)IP$/.test(textIn(one, 'type')) && parseIp(address) === undefined)
      report(`status.addresses[${i}].address`, { code: 'not-ip', params: { value: shown(address) } })
  })
}

function rules(object: View, report: Report): void {
  addressRules(object, report)
  const nets = podCIDRs(object)
  const listed = textsIn(mapIn(object, 'spec'), 'podCIDRs').length > 0
  nets.forEach((net, i) => {
    for (const words of cidrValue(net)) report(`spec.podCIDRs[${i}]`, invalid(net, words), listed ? `spec.podCIDRs[${i}]` : 'spec.podCIDR')
  })
  if (nets.length > 1 && cidrFamilies(nets) < nets.length)
    report('spec.podCIDRs', invalidGo(goText(nets), 'may specify no more than one CIDR for each IP family'))
}

/** v1 Node. */
export const node: KindReader<NodeObject> = {
  kind: 'Node',
  apiVersions: ['v1'],
  scope: 'cluster',
  nameForm: dnsSubdomain,
  shape: fields({
    metadata: metaShape,
    spec: fields({
      podCIDR: text,
      podCIDRs: listOf(text),
      unschedulable: bool,
      taints: listOf(fields({ key: need(text, required()), value: text, effect: text, timeAdded: any })),
      ...unused('providerID configSource externalID'),
    }),
    status: fields({
      addresses: listOf(fields({ type: text, address: text })),
      ...unused(
        'allocatable capacity conditions config daemonEndpoints declaredFeatures features images nodeInfo phase runtimeHandlers volumesAttached volumesInUse',
      ),
    }),
  }),
  rules,
  decode: (object) => ({
    podCIDRs: podCIDRs(object).flatMap((net) => parseCidr(net) ?? []),
    addresses: mapsIn(mapIn(object, 'status'), 'addresses').map((a) => ({ type: textIn(a, 'type'), address: textIn(a, 'address') })),
    unschedulable: boolIn(mapIn(object, 'spec'), 'unschedulable'),
    taints: mapsIn(mapIn(object, 'spec'), 'taints').map((t) => ({ key: textIn(t, 'key'), effect: textIn(t, 'effect') })),
  }),
}

/** v1 Namespace. */
export const namespace: KindReader<NamespaceObject> = {
  kind: 'Namespace',
  apiVersions: ['v1'],
  scope: 'cluster',
  nameForm: dnsLabel,
  shape: fields({ metadata: metaShape, spec: any, status: any }),
  decode: () => ({}),
}
