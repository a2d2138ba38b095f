import { type Ip, parseIp } from '../../net/ip.ts'
import type { EndpointsObject, EndpointsSubset } from '../kinds.ts'
import { invalid, type Report, required } from '../schema/fault.ts'
import { dnsLabel, dnsSubdomain, endpointIp, portNumber, qualifiedName } from '../schema/forms.ts'
import { metaShape, protocolShape, refShape } from '../schema/meta.ts'
import { protocolOf } from '../schema/pod.ts'
import { fields, formed, listOf, need, sized, text } from '../schema/shape.ts'
import { has, intIn, mapIn, mapsIn, maybeText, optional, textIn, type View } from '../schema/view.ts'
import type { KindReader } from './reader.ts'

const addressShape = listOf(
  fields({ ip: formed(endpointIp), hostname: formed(dnsLabel), nodeName: formed(dnsSubdomain), targetRef: refShape }),
)

/** ValidateEndpoints of pkg/apis/core/validation/validation.go. */
function rules(object: View, report: Report): void {
  mapsIn(object, 'subsets').forEach((subset, i) => {
    const at = `subsets[${i}]`
    const lists = ['addresses', 'notReadyAddresses'] as const
    if (lists.every((list) => mapsIn(subset, list).length === 0)) report(at, required('must specify `addresses` or `notReadyAddresses`'))
    for (const list of lists)
      mapsIn(subset, list).forEach((address, j) => {
        if (textIn(address, 'ip') === '') for (const words of endpointIp('')) report(`${at}.${list}[${j}].ip`, invalid('', words))
      })
    const ports = mapsIn(subset, 'ports')
    ports.forEach((port, j) => {
      if (ports.length > 1 && textIn(port, 'name') === '') report(`${at}.ports[${j}].name`, required())
    })
  })
}

const addressOf = (address: View): EndpointsSubset['addresses'][number] => {
  const ref = mapIn(address, 'targetRef')
  return {
    ip: parseIp(textIn(address, 'ip')) as Ip,
    ...optional('nodeName', maybeText(address, 'nodeName')),
    ...optional('hostname', maybeText(address, 'hostname')),
    ...(has(address, 'targetRef')
      ? { targetRef: { kind: textIn(ref, 'kind'), namespace: textIn(ref, 'namespace'), name: textIn(ref, 'name') } }
      : {}),
  }
}

/** v1 Endpoints. */
export const endpoints: KindReader<EndpointsObject> = {
  kind: 'Endpoints',
  apiVersions: ['v1'],
  scope: 'namespaced',
  nameForm: dnsSubdomain,
  shape: fields({
    metadata: metaShape,
    subsets: listOf(
      fields({
        addresses: addressShape,
        notReadyAddresses: addressShape,
        ports: listOf(
          fields({
            name: text,
            port: need(sized(portNumber), invalid(0, 'must be between 1 and 65535, inclusive')),
            protocol: protocolShape,
            appProtocol: formed(qualifiedName),
          }),
        ),
      }),
    ),
  }),
  rules,
  decode: (object) => ({
    subsets: mapsIn(object, 'subsets').map((subset) => ({
      addresses: mapsIn(subset, 'addresses').map(addressOf),
      notReadyAddresses: mapsIn(subset, 'notReadyAddresses').map(addressOf),
      ports: mapsIn(subset, 'ports').map((port) => ({ name: textIn(port, 'name'), port: intIn(port, 'port'), protocol: protocolOf(port) })),
    })),
  }),
}
