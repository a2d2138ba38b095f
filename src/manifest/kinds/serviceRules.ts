import { parseIp } from '../../net/ip.ts'
import { duplicate, duplicateGo, forbidden, invalid, type Report, required } from '../schema/fault.ts'
import { cidrValue, dnsSubdomain, ipAddress, portName, portNumber } from '../schema/forms.ts'
import { labelRules } from '../schema/meta.ts'
import { has, intIn, mapIn, mapsIn, textIn, textMapIn, textsIn, type View } from '../schema/view.ts'

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
  if (!isExternal(type)) {
    report(`${at}.nodePort`, forbidden(`may not be used when \`type\` is '${type}'`))
    return
  }
  if (number < NODE_PORTS.min || number > NODE_PORTS.max)
    report(
      `${at}.nodePort`,
      invalid(number, `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.min}-${NODE_PORTS.max}`),
    )
  const pair = `${protocol}/${number}`
  if (seen.has(pair)) report(`${at}.nodePort`, duplicate(number))
  seen.add(pair)
}

function clusterIPRules(spec: View, type: string, report: Report): void {
  const single = textIn(spec, 'clusterIP')
  const list = textsIn(spec, 'clusterIPs')
  const all = list.length > 0 ? list : single === '' ? [] : [single]
  const place = (i: number): string => (list.length > 0 ? `spec.clusterIPs[${i}]` : 'spec.clusterIP')
  if (type === 'ExternalName') {
    if (all.length > 0)
      report(
        'spec.clusterIPs',
        forbidden('may not be set for ExternalName services'),
        list.length > 0 ? 'spec.clusterIPs' : 'spec.clusterIP',
      )
    return
  }
  if (list.length > 0 && single !== '' && list[0] !== single)
    report('spec.clusterIPs', invalid([...list], 'first value must match `clusterIP`'))
  if (all.length > 2) report('spec.clusterIPs', invalid([...list], 'may only hold up to 2 values'))
  all.forEach((address, i) => {
    if (address === 'None') {
      if (isExternal(type)) report(`spec.clusterIPs[${i}]`, invalid(address, `may not be set to 'None' for ${type} services`), place(i))
      return
    }
    for (const words of ipAddress(address)) report(`spec.clusterIPs[${i}]`, invalid(address, words), place(i))
  })
  const families = all.map((a) => parseIp(a)).flatMap((a) => (a === undefined ? [] : [a.includes(':') ? 'IPv6' : 'IPv4']))
  if (families.length === 2 && families[0] === families[1])
    report('spec.clusterIPs', invalid([...list], 'may specify no more than one IP for each IP family'))
  textsIn(spec, 'ipFamilies').forEach((family, i) => {
    if (families[i] !== undefined && families[i] !== family && all[i] !== 'None')
      report(
        `spec.clusterIPs[${i}]`,
        invalid(all[i] as string, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``),
        place(i),
      )
  })
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
    for (const words of cidrValue(net.trim()))
      report(`spec.LoadBalancerSourceRanges[${i}]`, invalid(net, words), `spec.loadBalancerSourceRanges[${i}]`)
  })
}

function familyRules(spec: View, type: string, report: Report): void {
  if (type === 'ExternalName') {
    for (const field of ['ipFamilies', 'ipFamilyPolicy'])
      if (has(spec, field)) report(`spec.${field}`, forbidden('may not be set for ExternalName services'))
    return
  }
  if (textIn(spec, 'ipFamilyPolicy') !== 'SingleStack') return
  for (const [field, what] of [
    ['ipFamilies', 'IP families'],
    ['clusterIPs', 'cluster IPs'],
  ] as const)
    if (textsIn(spec, field).length > 1)
      report(
        'spec.ipFamilyPolicy',
        invalid('SingleStack', `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`),
      )
}

const OLD_HINTS = 'service.kubernetes.io/topology-aware-hints'
const HINTS = 'service.kubernetes.io/topology-mode'

/** The two annotations that ask for topology hints may not differ. */
function annotationRules(object: View, report: Report): void {
  const { [HINTS]: mode, [OLD_HINTS]: old } = textMapIn(mapIn(object, 'metadata'), 'annotations')
  if (mode !== undefined && old !== undefined && mode !== old)
    report(
      `metadata.annotations[${HINTS}]`,
      invalid(mode, `must match annotations[${OLD_HINTS}] when both are specified`),
      'metadata.annotations',
    )
}

export function serviceRules(object: View, report: Report): void {
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
  annotationRules(object, report)
  labelRules(textMapIn(spec, 'selector'), 'spec.selector', report)
  if (type !== 'LoadBalancer' && mapsIn(mapIn(mapIn(object, 'status'), 'loadBalancer'), 'ingress').length > 0)
    report('status.loadBalancer.ingress', forbidden("may only be used when `spec.type` is 'LoadBalancer'"))
}
