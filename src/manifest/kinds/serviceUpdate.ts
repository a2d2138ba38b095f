import { forbidden, invalid, invalidGo, type Report } from '../schema/fault.ts'
import { intIn, mapIn, textIn, textsIn, type View } from '../schema/view.ts'

// ValidateServiceUpdate of pkg/apis/core/validation/validation.go, v1.30: what may not change when a Service is applied over an older
// one. What the newer text leaves out is taken over from the older (pkg/registry/core/service/strategy.go patchAllocatedValues).

const clusterIPsOf = (spec: View): readonly string[] => {
  const list = textsIn(spec, 'clusterIPs')
  const single = textIn(spec, 'clusterIP')
  return list.length > 0 ? list : single === '' ? [] : [single]
}
const isHeadless = (spec: View): boolean => clusterIPsOf(spec)[0] === 'None'
const typeOf = (spec: View): string => textIn(spec, 'type', 'ClusterIP')
const needsHealthCheck = (spec: View): boolean => typeOf(spec) === 'LoadBalancer' && textIn(spec, 'externalTrafficPolicy') === 'Local'

function clusterIPs(old: View, spec: View, report: Report): void {
  const [before, after] = [clusterIPsOf(old), clusterIPsOf(spec)]
  if (after.length === 0 || (isHeadless(old) && isHeadless(spec))) return
  const fault = invalid([...after], 'may not change once set')
  const at = textsIn(spec, 'clusterIPs').length > 0 ? 'spec.clusterIPs' : 'spec.clusterIP'
  // A second address may come and go; where the number is the same, none may differ.
  const count = before.length === after.length ? before.length : Math.min(1, before.length)
  for (let i = 0; i < count; i++) if (before[i] !== after[i]) report(`spec.clusterIPs[${i}]`, fault, at)
}

function families(old: View, spec: View, report: Report): void {
  const [before, after] = [textsIn(old, 'ipFamilies'), textsIn(spec, 'ipFamilies')]
  if (isHeadless(old) || isHeadless(spec) || before.length === 0 || after.length === 0 || before[0] === after[0]) return
  const printed = `[]core.IPFamily{${after.map((one) => JSON.stringify(one)).join(', ')}}`
  report('spec.ipFamilies[0]', invalidGo(printed, 'may not change once set'))
}

/** What the API server says of a Service that stands a second time: it is then an update of the first. */
export function serviceUpdate(oldObject: View, object: View, report: Report): void {
  const [old, spec] = [mapIn(oldObject, 'spec'), mapIn(object, 'spec')]
  if (typeOf(old) !== 'ExternalName' && typeOf(spec) !== 'ExternalName') {
    clusterIPs(old, spec, report)
    families(old, spec, report)
  }
  const name = textIn(spec, 'loadBalancerClass')
  if (typeOf(old) === 'LoadBalancer' && typeOf(spec) === 'LoadBalancer' && name !== textIn(old, 'loadBalancerClass'))
    report('spec.loadBalancerClass', name === '' ? invalidGo('null', 'may not change once set') : invalid(name, 'may not change once set'))
  const [before, after] = [intIn(old, 'healthCheckNodePort'), intIn(spec, 'healthCheckNodePort')]
  if (needsHealthCheck(old) && needsHealthCheck(spec) && after !== 0 && before !== 0 && before !== after)
    report('spec.healthCheckNodePort', forbidden('field is immutable'))
}
