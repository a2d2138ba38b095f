import { parseCidr } from '../../net/cidr.ts'
import { type Cidr, type Ip, parseIp } from '../../net/ip.ts'
import { duplicate, forbidden, invalid, type Report } from '../schema/fault.ts'
import { cidrValue, dnsSubdomain, endpointIp, ipAddress } from '../schema/forms.ts'
import { has, mapIn, mapsIn, textIn, textsIn, type View } from '../schema/view.ts'

// The parts of ValidateService (pkg/apis/core/validation/validation.go) and of initIPFamilyFields
// (pkg/registry/core/service/storage/alloc.go), v1.30, that are about addresses and families.

/** Octets with leading zeros are decimal to the API server (ParseIPSloppy), and the zeros go: `010.0.0.1` is 10.0.0.1. */
const canonical = (text: string): string => text.replace(/^0*\d+(?:\.\d+){3}(?=$|\/)/, (quad) => quad.replace(/\b0+(?=\d)/g, ''))
/** An address of a Service as the API server reads it. */
export const serviceIp = (text: string): Ip | undefined => parseIp(canonical(text))
export const serviceCidr = (text: string): Cidr | undefined => parseCidr(canonical(text.trim()))
export const cidrWords = (text: string): readonly string[] => cidrValue(canonical(text))
export const externalIpWords = (text: string): readonly string[] => endpointIp(canonical(text))
const ipWords = (text: string): readonly string[] => ipAddress(canonical(text))

/** clusterIPs, or the one of clusterIP, and where an entry of them stands in the text. */
function wishOf(spec: View): { readonly all: readonly string[]; place(i: number): string; readonly whole: string } {
  const list = textsIn(spec, 'clusterIPs')
  const single = textIn(spec, 'clusterIP')
  if (list.length > 0) return { all: list, place: (i) => `spec.clusterIPs[${i}]`, whole: 'spec.clusterIPs' }
  return { all: single === '' ? [] : [single], place: () => 'spec.clusterIP', whole: 'spec.clusterIP' }
}

export function clusterIPRules(spec: View, type: string, report: Report): void {
  const { all, place, whole } = wishOf(spec)
  if (type === 'ExternalName') {
    if (all.length > 0) report('spec.clusterIPs', forbidden('may not be set for ExternalName services'), whole)
    return
  }
  const single = textIn(spec, 'clusterIP')
  if (single !== '' && all[0] !== single) report('spec.clusterIPs', invalid([...all], 'first value must match `clusterIP`'))
  let readable = true
  all.forEach((address, i) => {
    const field = `spec.clusterIPs[${i}]`
    if (address === 'None' && i === 0) {
      if (type === 'NodePort' || type === 'LoadBalancer')
        report(field, invalid(address, `may not be set to 'None' for ${type} services`), place(i))
      if (all.length > 1) report('spec.clusterIPs', invalid([...all], "'None' must be the first and only value"))
      readable &&= all.length === 1
      return
    }
    for (const words of ipWords(address)) {
      report(field, invalid(address, words), place(i))
      readable = false
    }
  })
  if (all.length > 2) report('spec.clusterIPs', invalid([...all], 'may only hold up to 2 values'))
  if (!readable || all[0] === 'None') return
  const families = all.map((a) => (a.includes(':') ? 'IPv6' : 'IPv4'))
  if (families.length === 2 && families[0] === families[1])
    report('spec.clusterIPs', invalid([...all], 'may specify no more than one IP for each IP family'))
  textsIn(spec, 'ipFamilies').forEach((family, i) => {
    if (families[i] !== undefined && families[i] !== family)
      report(
        `spec.clusterIPs[${i}]`,
        invalid(all[i] as string, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``),
        place(i),
      )
  })
}

export function familyRules(spec: View, type: string, report: Report): void {
  if (type === 'ExternalName') {
    for (const field of ['ipFamilies', 'ipFamilyPolicy'])
      if (has(spec, field)) report(`spec.${field}`, forbidden('may not be set for ExternalName services'))
    return
  }
  const families = textsIn(spec, 'ipFamilies')
  families.forEach((family, i) => {
    if (families.indexOf(family) < i) report(`spec.ipFamilies[${i}]`, duplicate(family))
  })
}

/** Asked last, when nothing else is wrong: the policy is the allocator's business. */
export function familyPolicyRules(spec: View, type: string, report: Report): void {
  if (type === 'ExternalName') return
  const families = textsIn(spec, 'ipFamilies')
  // The policy of a Service that tells none is SingleStack, but for a headless one without selector.
  const { all } = wishOf(spec)
  const free = all[0] === 'None' && Object.keys(mapIn(spec, 'selector')).length === 0
  if (textIn(spec, 'ipFamilyPolicy', free ? 'RequireDualStack' : 'SingleStack') !== 'SingleStack') return
  for (const [list, what, at] of [
    [all, 'cluster IPs', 'spec.clusterIPs'],
    [families, 'IP families', 'spec.ipFamilies'],
  ] as const)
    if (list.length === 2)
      report(
        'spec.ipFamilyPolicy',
        invalid('SingleStack', `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`),
        has(spec, 'ipFamilyPolicy') ? 'spec.ipFamilyPolicy' : at,
      )
}

/** ValidateLoadBalancerStatus. `ipMode` has its default before it is looked at. */
export function ingressRules(object: View, type: string, report: Report): void {
  const list = mapsIn(mapIn(mapIn(object, 'status'), 'loadBalancer'), 'ingress')
  const at = 'status.loadBalancer.ingress'
  if (type !== 'LoadBalancer') {
    if (list.length > 0) report(at, forbidden("may only be used when `spec.type` is 'LoadBalancer'"))
    return
  }
  list.forEach((entry, i) => {
    const ip = textIn(entry, 'ip')
    if (ip !== '') for (const words of ipWords(ip)) report(`${at}[${i}].ip`, invalid(ip, words))
    else if (has(entry, 'ipMode')) report(`${at}[${i}].ipMode`, forbidden('may not be specified when `ip` is not set'))
    const hostname = textIn(entry, 'hostname')
    if (hostname === '') return
    for (const words of dnsSubdomain(hostname)) report(`${at}[${i}].hostname`, invalid(hostname, words))
    if (serviceIp(hostname) !== undefined) report(`${at}[${i}].hostname`, invalid(hostname, 'must be a DNS name, not an IP address'))
  })
}
