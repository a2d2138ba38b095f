import { duplicate, duplicateGo, type Fault, forbidden, invalid, type Report, required } from '../schema/fault.ts'
import { dnsSubdomain, portName, portNumber } from '../schema/forms.ts'
import { labelRules } from '../schema/meta.ts'
import { has, intIn, mapIn, mapsIn, textIn, textMapIn, textsIn, type View } from '../schema/view.ts'
import { cidrWords, clusterIPRules, familyPolicyRules, familyRules, ingressRules } from './serviceAddresses.ts'

// ValidateService of pkg/apis/core/validation/validation.go and the port allocator's range, v1.30. What needs the
// cluster (addresses and ports that are taken, families that it has) is the allocators' business.

const NODE_PORTS = { min: 30000, max: 32767 } as const

const isExternal = (type: string): boolean => type === 'NodePort' || type === 'LoadBalancer'

function portRules(spec: View, type: string, report: Report): void {
  const ports = mapsIn(spec, 'ports')
  const names = new Set<string>()
  const pairs = new Set<string>()
  const nodePairs = new Set<string>()
  ports.forEach((port, i) => {
    const at = `spec.ports[${i}]`
    const name = textIn(port, 'name')
    const protocol = textIn(port, 'protocol', 'TCP')
    const number = intIn(port, 'port')
    if (name === '') {
      if (ports.length > 1) report(`${at}.name`, required())
    } else if (names.has(name)) report(`${at}.name`, duplicate(name))
    names.add(name)

    const target = port.targetPort
    const faults =
      typeof target === 'number'
        ? target === 0
          ? []
          : portNumber(target)
        : typeof target === 'string' && target !== ''
          ? portName(target)
          : []
    for (const words of faults) report(`${at}.targetPort`, invalid(target ?? null, words))

    if (type === 'LoadBalancer' && number === 10250)
      report(at, invalid(number, 'may not expose port 10250 externally since it is used by kubelet'), `${at}.port`)

    const pair = `${protocol}/${number}`
    if (pairs.has(pair)) {
      const target = 'TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}'
      report(
        at,
        duplicateGo(`core.ServicePort{Name:"", Protocol:"${protocol}", AppProtocol:(*string)(nil), Port:${number}, ${target}, NodePort:0}`),
        `${at}.port`,
      )
    }
    pairs.add(pair)
    nodePortRules(port, type, protocol, at, nodePairs, report)
  })
}

function nodePortRules(port: View, type: string, protocol: string, at: string, seen: Set<string>, report: Report): void {
  const number = intIn(port, 'nodePort')
  if (number === 0) return
  // The server takes it for ExternalName, and nobody reads it there.
  if (type === 'ClusterIP') report(`${at}.nodePort`, forbidden("may not be used when `type` is 'ClusterIP'"))
  if (isExternal(type) && (number < NODE_PORTS.min || number > NODE_PORTS.max))
    report(
      `${at}.nodePort`,
      invalid(number, `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.min}-${NODE_PORTS.max}`),
    )
  const pair = `${protocol}/${number}`
  if (seen.has(pair)) report(`${at}.nodePort`, duplicate(number))
  seen.add(pair)
}

function policyRules(spec: View, type: string, report: Report): void {
  const reachable = isExternal(type) || (type === 'ClusterIP' && textsIn(spec, 'externalIPs').length > 0)
  const external = textIn(spec, 'externalTrafficPolicy')
  if (external !== '' && !reachable)
    report('spec.externalTrafficPolicy', invalid(external, 'may only be set for externally-accessible services'))
  const health = intIn(spec, 'healthCheckNodePort')
  if (health !== 0 && !(type === 'LoadBalancer' && external === 'Local'))
    report(
      'spec.healthCheckNodePort',
      invalid(health, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"),
    )
  const timeout = mapIn(mapIn(spec, 'sessionAffinityConfig'), 'clientIP').timeoutSeconds
  if (textIn(spec, 'sessionAffinity') === 'ClientIP' && typeof timeout === 'number' && (timeout <= 0 || timeout > 86400))
    report('spec.sessionAffinityConfig.clientIP.timeoutSeconds', invalid(timeout, 'must be greater than 0 and less than 86400'))
}

function loadBalancerRules(spec: View, type: string, report: Report): void {
  const only = forbidden("may only be used when `type` is 'LoadBalancer'")
  const ranges = textsIn(spec, 'loadBalancerSourceRanges')
  if (type !== 'LoadBalancer') {
    if (ranges.length > 0) report('spec.LoadBalancerSourceRanges', only, 'spec.loadBalancerSourceRanges')
    if (textIn(spec, 'loadBalancerClass') !== '') report('spec.loadBalancerClass', only)
    if (has(spec, 'allocateLoadBalancerNodePorts')) report('spec.allocateLoadBalancerNodePorts', only)
    return
  }
  ranges.forEach((net, i) => {
    for (const words of cidrWords(net.trim()))
      report(`spec.LoadBalancerSourceRanges[${i}]`, invalid(net, words), `spec.loadBalancerSourceRanges[${i}]`)
  })
}

const OLD_HINTS = 'service.kubernetes.io/topology-aware-hints'
const HINTS = 'service.kubernetes.io/topology-mode'
const RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges'

/** The two annotations that ask for topology hints may not differ; source ranges may stand in an annotation (only cloud controllers read it). */
function annotationRules(object: View, type: string, report: Report): void {
  const { [HINTS]: mode, [OLD_HINTS]: old, [RANGES]: ranges } = textMapIn(mapIn(object, 'metadata'), 'annotations')
  if (mode !== undefined && old !== undefined && mode !== old)
    report(
      `metadata.annotations[${HINTS}]`,
      invalid(mode, `must match annotations[${OLD_HINTS}] when both are specified`),
      'metadata.annotations',
    )
  // The field, where it is set, stands for the annotation.
  if (ranges === undefined || textsIn(mapIn(object, 'spec'), 'loadBalancerSourceRanges').length > 0) return
  const say = (fault: Fault): void => report(`metadata.annotations[${RANGES}]`, fault, `metadata.annotations["${RANGES}"]`)
  if (type !== 'LoadBalancer') say(forbidden("may only be used when `type` is 'LoadBalancer'"))
  const nets = ranges.trim() === '' ? [] : ranges.split(',').map((one) => one.trim())
  for (const net of nets) for (const words of cidrWords(net)) say(invalid(net, words))
}

export function serviceRules(object: View, tell: Report): void {
  let faults = 0
  const report: Report = (...fault) => {
    faults++
    tell(...fault)
  }
  const spec = mapIn(object, 'spec')
  const type = textIn(spec, 'type', 'ClusterIP')
  const headless = textIn(spec, 'clusterIP') === 'None' || textsIn(spec, 'clusterIPs')[0] === 'None'
  if (type === 'ExternalName') {
    const name = textIn(spec, 'externalName')
    if (name === '') report('spec.externalName', required())
    else for (const words of dnsSubdomain(name.replace(/\.$/, ''))) report('spec.externalName', invalid(name, words))
  } else if (!headless && mapsIn(spec, 'ports').length === 0) report('spec.ports', required())
  portRules(spec, type, report)
  clusterIPRules(spec, type, report)
  policyRules(spec, type, report)
  loadBalancerRules(spec, type, report)
  familyRules(spec, type, report)
  annotationRules(object, type, report)
  labelRules(textMapIn(spec, 'selector'), 'spec.selector', report)
  ingressRules(object, type, report)
  if (faults === 0) familyPolicyRules(spec, type, report)
}
