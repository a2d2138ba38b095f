import { parseIp } from '../../net/ip.ts'
import type { Container, ContainerPort, PodSpec, PortProtocol, Probe } from '../kinds.ts'
import { duplicate, forbidden, invalid, type Report, required } from './fault.ts'
import { dnsLabel, dnsSubdomain, ipAddress, portName, portNumber } from './forms.ts'
import { labelRules, protocolShape } from './meta.ts'
import {
  always,
  any,
  bool,
  type Fields,
  fields,
  formed,
  int,
  listOf,
  need,
  oneOf,
  type Shape,
  sized,
  text,
  textMap,
  texts,
  unused,
} from './shape.ts'
import { boolIn, has, intIn, mapIn, mapsIn, maybeText, optional, textIn, textMapIn, textsIn, type View } from './view.ts'

const probeShape: Shape = fields({
  httpGet: fields({ port: { is: 'int-or-text' }, path: text, ...unused('host scheme httpHeaders') }),
  tcpSocket: fields({ port: { is: 'int-or-text' }, ...unused('host') }),
  grpc: fields({ port: int, ...unused('service') }),
  exec: any,
  ...unused('initialDelaySeconds periodSeconds timeoutSeconds successThreshold failureThreshold terminationGracePeriodSeconds'),
})

const containerFields: Fields = {
  name: need(formed(dnsLabel), required()),
  image: need(text, required()),
  ports: listOf(
    fields({
      name: formed(portName),
      containerPort: need(sized(portNumber), required()),
      hostPort: int,
      protocol: protocolShape,
      hostIP: text,
    }),
  ),
  env: listOf(fields({ name: need(text, required()), value: text, valueFrom: any })),
  readinessProbe: probeShape,
  livenessProbe: probeShape,
  startupProbe: probeShape,
  args: texts,
  command: texts,
  ...unused(
    'envFrom imagePullPolicy lifecycle resizePolicy resources restartPolicy restartPolicyRules securityContext stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir',
  ),
}

/** spec of a Pod, and of a Pod template. */
export const podSpecShape: Shape = always({
  containers: need(listOf(fields(containerFields)), required()),
  initContainers: listOf(fields(containerFields)),
  nodeName: text,
  hostNetwork: bool,
  dnsPolicy: oneOf('ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'),
  hostAliases: listOf(fields({ ip: need(formed(ipAddress), required()), hostnames: texts })),
  dnsConfig: fields({
    nameservers: listOf(formed(ipAddress)),
    searches: listOf(text),
    options: listOf(fields({ name: text, value: text })),
  }),
  hostname: formed(dnsLabel),
  subdomain: formed(dnsLabel),
  nodeSelector: textMap,
  enableServiceLinks: bool,
  restartPolicy: oneOf('Always', 'Never', 'OnFailure'),
  terminationGracePeriodSeconds: int,
  serviceAccountName: formed(dnsSubdomain),
  ...unused(
    'activeDeadlineSeconds affinity automountServiceAccountToken ephemeralContainers hostIPC hostPID hostUsers hostnameOverride imagePullSecrets os overhead preemptionPolicy priority priorityClassName readinessGates resourceClaims resources runtimeClassName schedulerName schedulingGates securityContext serviceAccount setHostnameAsFQDN shareProcessNamespace tolerations topologySpreadConstraints volumes',
  ),
})

function portRules(container: View, field: string, hostNetwork: boolean, report: Report): void {
  const seen = new Set<string>()
  mapsIn(container, 'ports').forEach((port, i) => {
    const at = `${field}.ports[${i}]`
    const name = textIn(port, 'name')
    if (name !== '' && seen.has(name)) report(`${at}.name`, duplicate(name))
    seen.add(name)
    const host = intIn(port, 'hostPort')
    if (host === 0) return
    for (const words of portNumber(host)) report(`${at}.hostPort`, invalid(host, words))
    if (hostNetwork && host !== intIn(port, 'containerPort'))
      report(`${at}.hostPort`, invalid(host, 'must match `containerPort` when `hostNetwork` is true'))
  })
}

function probeRules(container: View, name: string, field: string, report: Report): void {
  if (!has(container, name)) return
  const probe = mapIn(container, name)
  const handlers = ['httpGet', 'tcpSocket', 'grpc', 'exec'].filter((h) => has(probe, h))
  if (handlers.length === 0) report(`${field}.${name}`, required('must specify a handler type'))
  for (const extra of handlers.slice(1)) report(`${field}.${name}.${extra}`, forbidden('may not specify more than 1 handler type'))
  for (const handler of handlers) {
    const port = mapIn(probe, handler).port
    const faults = typeof port === 'number' ? portNumber(port) : typeof port === 'string' ? portName(port) : []
    for (const words of faults) report(`${field}.${name}.${handler}.port`, invalid(port ?? null, words))
  }
}

/** Rules of a Pod's spec that need more than one value; `field` is the spec's own path. */
export function podSpecRules(spec: View, field: string, report: Report): void {
  const names = new Set<string>()
  const hostNetwork = boolIn(spec, 'hostNetwork')
  for (const list of ['initContainers', 'containers']) {
    mapsIn(spec, list).forEach((container, i) => {
      const at = `${field}.${list}[${i}]`
      const name = textIn(container, 'name')
      if (name !== '' && names.has(name)) report(`${at}.name`, duplicate(name))
      names.add(name)
      portRules(container, at, hostNetwork, report)
      for (const probe of ['readinessProbe', 'livenessProbe', 'startupProbe']) probeRules(container, probe, at, report)
    })
  }
  labelRules(textMapIn(spec, 'nodeSelector'), `${field}.nodeSelector`, report)
  if (textIn(spec, 'dnsPolicy') === 'None') {
    if (!has(spec, 'dnsConfig')) report(`${field}.dnsConfig`, required('must provide `dnsConfig` when `dnsPolicy` is None'))
    else if (textsIn(mapIn(spec, 'dnsConfig'), 'nameservers').length === 0)
      report(`${field}.dnsConfig.nameservers`, required('must provide at least one DNS nameserver when `dnsPolicy` is None'))
  }
}

export const protocolOf = (view: View): PortProtocol => {
  const name = textIn(view, 'protocol', 'TCP')
  return name === 'UDP' || name === 'SCTP' ? name : 'TCP'
}

/** With hostNetwork a port without hostPort gets its containerPort (SetDefaults_PodSpec). */
const containerPort = (port: View, hostNetwork: boolean): ContainerPort => ({
  name: textIn(port, 'name'),
  containerPort: intIn(port, 'containerPort'),
  hostPort: intIn(port, 'hostPort') || (hostNetwork ? intIn(port, 'containerPort') : 0),
  ...optional('hostIP', parseIp(textIn(port, 'hostIP'))),
  protocol: protocolOf(port),
})

function probeOf(container: View): Probe | undefined {
  const probe = mapIn(container, 'readinessProbe')
  const kind = (['httpGet', 'tcpSocket', 'grpc', 'exec'] as const).find((k) => has(probe, k))
  if (!kind) return undefined
  const handler = mapIn(probe, kind)
  const port = typeof handler.port === 'number' || typeof handler.port === 'string' ? handler.port : undefined
  return { kind, ...optional('port', port), ...(kind === 'httpGet' ? { path: textIn(handler, 'path', '/') } : {}) }
}

const containerOf = (container: View, hostNetwork: boolean): Container => ({
  name: textIn(container, 'name'),
  image: textIn(container, 'image'),
  ports: mapsIn(container, 'ports').map((port) => containerPort(port, hostNetwork)),
  env: mapsIn(container, 'env').map((e) => ({ name: textIn(e, 'name'), value: textIn(e, 'value') })),
  ...optional('readinessProbe', probeOf(container)),
})

const DNS_POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'] as const

const aliasOf = (alias: View): { readonly ip: string; readonly hostnames: readonly string[] } => ({
  ip: textIn(alias, 'ip'),
  hostnames: textsIn(alias, 'hostnames'),
})

/** A Pod's spec with the API server's defaults. */
export function podSpecOf(spec: View): PodSpec {
  const config = mapIn(spec, 'dnsConfig')
  const dnsConfig = has(spec, 'dnsConfig')
    ? {
        nameservers: textsIn(config, 'nameservers'),
        searches: textsIn(config, 'searches'),
        options: mapsIn(config, 'options').map((o) => ({ name: textIn(o, 'name'), ...optional('value', maybeText(o, 'value')) })),
      }
    : undefined
  const hostNetwork = boolIn(spec, 'hostNetwork')
  return {
    containers: mapsIn(spec, 'containers').map((c) => containerOf(c, hostNetwork)),
    ...optional('nodeName', maybeText(spec, 'nodeName')),
    hostNetwork,
    dnsPolicy: DNS_POLICIES.find((p) => p === textIn(spec, 'dnsPolicy')) ?? 'ClusterFirst',
    ...optional('dnsConfig', dnsConfig),
    ...optional('hostAliases', has(spec, 'hostAliases') ? mapsIn(spec, 'hostAliases').map(aliasOf) : undefined),
    ...optional('hostname', maybeText(spec, 'hostname')),
    ...optional('subdomain', maybeText(spec, 'subdomain')),
    ...optional('serviceAccountName', maybeText(spec, 'serviceAccountName')),
    nodeSelector: textMapIn(spec, 'nodeSelector'),
    enableServiceLinks: boolIn(spec, 'enableServiceLinks', true),
  }
}
