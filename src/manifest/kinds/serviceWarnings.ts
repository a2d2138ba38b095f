import { maskedCidr, parseCidr } from '../../net/cidr.ts'
import { parseIp } from '../../net/ip.ts'
import type { Fault, Report } from '../schema/fault.ts'
import { mapIn, textIn, textMapIn, textsIn, type View } from '../schema/view.ts'
import { serviceCidr, serviceIp } from './serviceAddresses.ts'

const say = (text: string): Fault => ({ code: 'api', params: { text } })

/** An address that the server takes, and would rather have otherwise (GetWarningsForIP). */
function ipWarnings(text: string, field: string, report: Report): void {
  const address = serviceIp(text)
  if (address === undefined) return
  if (parseIp(text) === undefined)
    report(
      field,
      say(
        `IP address was accepted, but will be invalid in a future Kubernetes release: ParseAddr("${text}"): IPv4 field has octet with leading zero`,
      ),
    )
  else if (address.includes(':') && address !== text)
    report(field, say(`IPv6 address "${text}" is not in RFC 5952 canonical format ("${address}"), which may cause controller apply-loops`))
}

/** The same of a net (GetWarningsForCIDR). */
function cidrWarnings(text: string, field: string, report: Report): void {
  const net = serviceCidr(text)
  if (net === undefined) return
  if (parseCidr(text.trim()) === undefined)
    report(
      field,
      say(
        `IP prefix was accepted, but will be invalid in a future Kubernetes release: netip.ParsePrefix("${text}"): ParseAddr("${text.replace(/\/.*/, '')}"): IPv4 field has octet with leading zero`,
      ),
    )
  else if (net.includes(':') && maskedCidr(net) !== text)
    report(
      field,
      say(`IPv6 prefix "${text}" is not in RFC 5952 canonical format ("${maskedCidr(net)}"), which may cause controller apply-loops`),
    )
}

const OLD_HINTS = 'service.kubernetes.io/topology-aware-hints'

/** What the API server takes and warns about: pkg/api/service/warnings.go, v1.30. */
export function serviceWarnings(object: View, report: Report): void {
  const spec = mapIn(object, 'spec')
  const isName = textIn(spec, 'type') === 'ExternalName'
  if (OLD_HINTS in textMapIn(mapIn(object, 'metadata'), 'annotations'))
    report(
      'metadata.annotations',
      say(`annotation ${OLD_HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead`),
      `metadata.annotations["${OLD_HINTS}"]`,
    )
  const list = textsIn(spec, 'clusterIPs')
  if (list.length === 0) ipWarnings(textIn(spec, 'clusterIP'), 'spec.clusterIP', report)
  for (const [i, one] of list.entries()) ipWarnings(one, `spec.clusterIPs[${i}]`, report)
  for (const [i, one] of textsIn(spec, 'externalIPs').entries()) ipWarnings(one, `spec.externalIPs[${i}]`, report)
  ipWarnings(textIn(spec, 'loadBalancerIP'), 'spec.loadBalancerIP', report)
  for (const [i, one] of textsIn(spec, 'loadBalancerSourceRanges').entries())
    cidrWarnings(one, `spec.loadBalancerSourceRanges[${i}]`, report)
  if (isName && textsIn(spec, 'externalIPs').length > 0)
    report('spec.externalIPs', say('spec.externalIPs is ignored when spec.type is "ExternalName"'))
  if (!isName && textIn(spec, 'externalName') !== '')
    report('spec.externalName', say('spec.externalName is ignored when spec.type is not "ExternalName"'))
}
