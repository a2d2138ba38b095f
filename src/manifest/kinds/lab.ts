import { parseCidr } from '../../net/cidr.ts'
import { parseIp } from '../../net/ip.ts'
import type { LabDump, LabFields, LabHost, LabNode, LabObject, LabPod, LabProbe } from '../kinds.ts'
import { past } from '../past/late.ts'
import { shown } from '../schema/fault.ts'
import { metaShape } from '../schema/meta.ts'
import { between, choice, cidr, ip, listens, REQUIRED } from '../schema/own.ts'
import { bool, fields, int, listOf, mapOf, need, notModelled, type Shape, text } from '../schema/shape.ts'
import { boolIn, has, intIn, mapIn, mapsIn, maybeBool, maybeText, optional, textIn, textsIn, type View } from '../schema/view.ts'
import { balancerOf, balancerShape } from './loadBalancer.ts'
import type { KindReader } from './reader.ts'

const nodeShape: Shape = fields({
  name: need(text, REQUIRED),
  addresses: listOf(ip),
  interfaces: listOf(fields({ name: need(text, REQUIRED), addresses: listOf(cidr) })),
  sysctls: mapOf(int),
  iptablesRandomFully: bool,
  iptables: { ...choice('legacy', 'nft'), notModelled: ['nft'] } as Shape,
  resolvConf: text,
  missingPlugins: listOf(text),
})

const hostShape: Shape = fields({
  name: need(text, REQUIRED),
  addresses: need(listOf(ip), REQUIRED),
  gateway: ip,
  listen: listens,
  dns: listOf(fields({ name: need(text, REQUIRED), type: text, value: need(text, REQUIRED), ttl: between(0, 2_147_483_647) })),
})

const podShape: Shape = fields({
  name: need(
    {
      is: 'text',
      own: (name) => (/^[a-z0-9-]+\/[a-z0-9.-]*\*?$/.test(name) ? undefined : { code: 'not-pod-name', params: { value: shown(name) } }),
    },
    REQUIRED,
  ),
  listen: listens,
  ready: bool,
  answers: text,
  answerBytes: between(0, 65535),
})

const probeShape: Shape = fields({
  from: need(text, REQUIRED),
  to: need(text, REQUIRED),
  sport: between(1, 65535),
  keep: bool,
  cold: bool,
})

/** Bounds of what is made without text: beyond them a page would be gone before it could say why. */
const generateShape: Shape = fields({ services: between(0, 50_000), endpoints: between(0, 1_000), namespace: text })

const dumpShape: Shape = fields({
  node: text,
  file: text,
  text,
  table: choice('raw', 'mangle', 'nat', 'filter', 'security'),
  family: choice('IPv4', 'IPv6'),
})

/** `net.ipv4.ip_forward` and `net/ipv4/ip_forward` are one; the first separator says which is meant, as sysctl(8) has it. */
function sysctlName(name: string): string {
  const separator = /[./]/.exec(name)?.[0]
  return separator === '.' ? name.replace(/[./]/g, (c) => (c === '.' ? '/' : '.')) : name
}

function nodeOf(node: View): LabNode {
  const interfaces = mapsIn(node, 'interfaces').map((i) => ({
    name: textIn(i, 'name'),
    addresses: textsIn(i, 'addresses').flatMap((a) => parseCidr(a) ?? []),
  }))
  return {
    name: textIn(node, 'name'),
    addresses: textsIn(node, 'addresses').flatMap((a) => parseIp(a) ?? []),
    ...optional('interfaces', has(node, 'interfaces') ? interfaces : undefined),
    sysctls: Object.fromEntries(Object.entries(mapIn(node, 'sysctls')).map(([name, value]) => [sysctlName(name), Number(value)])),
    iptablesRandomFully: boolIn(node, 'iptablesRandomFully', true),
    iptables: textIn(node, 'iptables') === 'nft' ? 'nft' : 'legacy',
    ...optional('resolvConf', maybeText(node, 'resolvConf')),
    ...optional('missingPlugins', has(node, 'missingPlugins') ? textsIn(node, 'missingPlugins') : undefined),
  }
}

/** `8080` and `8080/tcp` as `8080` and `8080/TCP`. */
function listensOf(view: View): readonly string[] {
  const list = view.listen
  return Array.isArray(list) ? list.map((entry) => String(entry).toUpperCase()) : []
}

const hostOf = (host: View): LabHost => ({
  name: textIn(host, 'name'),
  addresses: textsIn(host, 'addresses').flatMap((a) => parseIp(a) ?? []),
  ...optional('gateway', parseIp(textIn(host, 'gateway'))),
  listen: listensOf(host),
  dns: mapsIn(host, 'dns').map((r) => {
    const value = textIn(r, 'value')
    const type = textIn(r, 'type', value.includes(':') ? 'AAAA' : 'A').toUpperCase()
    return { name: textIn(r, 'name'), type, value, ...optional('ttl', has(r, 'ttl') ? intIn(r, 'ttl') : undefined) }
  }),
})

const podOf = (pod: View): LabPod => ({
  name: textIn(pod, 'name'),
  ...optional('listen', has(pod, 'listen') ? listensOf(pod) : undefined),
  ...optional('ready', maybeBool(pod, 'ready')),
  ...optional('answers', maybeText(pod, 'answers')),
  ...optional('answerBytes', has(pod, 'answerBytes') ? intIn(pod, 'answerBytes') : undefined),
})

const probeOf = (probe: View): LabProbe => ({
  from: textIn(probe, 'from'),
  to: textIn(probe, 'to'),
  ...optional('sport', has(probe, 'sport') ? intIn(probe, 'sport') : undefined),
  ...optional('cold', maybeBool(probe, 'cold')),
  ...optional('keep', maybeBool(probe, 'keep')),
})

const TABLES: ReadonlySet<string> = new Set(['raw', 'mangle', 'nat', 'filter', 'security'])

function dumpOf(dump: View): LabDump {
  const table = textIn(dump, 'table')
  const family = textIn(dump, 'family')
  return {
    ...optional('node', maybeText(dump, 'node')),
    ...optional('file', maybeText(dump, 'file')),
    ...optional('text', maybeText(dump, 'text')),
    ...optional('table', TABLES.has(table) ? (table as LabDump['table']) : undefined),
    ...optional('family', family === 'IPv6' ? 6 : family === 'IPv4' ? 4 : undefined),
  }
}

const underlayMtu = (spec: View): number | undefined => {
  const underlay = mapIn(spec, 'underlay')
  return has(underlay, 'mtu') ? intIn(underlay, 'mtu') : undefined
}

function decode(object: View): LabFields {
  const spec = mapIn(object, 'spec')
  return {
    nodes: mapsIn(spec, 'nodes').map(nodeOf),
    hosts: mapsIn(spec, 'hosts').map(hostOf),
    pods: mapsIn(spec, 'pods').map(podOf),
    probes: mapsIn(spec, 'probes').map(probeOf),
    ...optional('seed', has(spec, 'seed') ? intIn(spec, 'seed') : undefined),
    generate: mapsIn(spec, 'generate').map((g) => ({
      services: intIn(g, 'services'),
      endpoints: intIn(g, 'endpoints', 1),
      namespace: textIn(g, 'namespace', 'default'),
    })),
    ...optional('cni', maybeText(spec, 'cni')),
    blocks: textsIn(mapIn(spec, 'underlay'), 'blocks').map((word) => word.toLowerCase()),
    ...optional('underlayMtu', underlayMtu(spec)),
    dumps: mapsIn(spec, 'dumps').map(dumpOf),
    loadBalancers: mapsIn(spec, 'loadBalancers').map(balancerOf),
    timeline: mapsIn(spec, 'timeline').map((step) => past.get().stepOf(step)),
  }
}

/** What a step looks like comes when a lab has one. */
const timelineShape: Shape = {
  is: 'list',
  get of() {
    return past.get().stepShape
  },
}

/** `ipip`, `udp`, `4789/udp`. */
const blocked: Shape = {
  is: 'text',
  own: (value) =>
    /^(ipip|icmp|(\d{1,5}\/)?(tcp|udp|sctp))$/i.test(value) && !(Number.parseInt(value, 10) > 65535)
      ? undefined
      : { code: 'one-of', params: { value: shown(value), values: 'ipip, icmp, tcp, udp, PORT/tcp, PORT/udp' } },
}

/** packetwalk.dev/v1alpha1: what no ordinary object can say. */
export const lab: KindReader<LabObject> = {
  kind: 'Lab',
  apiVersions: ['packetwalk.dev/v1alpha1'],
  scope: 'config',
  name: 'lab',
  nameForm: () => [],
  shape: fields({
    metadata: metaShape,
    spec: fields({
      nodes: listOf(nodeShape),
      hosts: listOf(hostShape),
      pods: listOf(podShape),
      probes: listOf(probeShape),
      generate: listOf(generateShape),
      seed: int,
      cni: text,
      v: { is: 'int', own: (version) => (version === 1 ? undefined : { code: 'lab-version', params: { version } }) },
      underlay: fields({ blocks: listOf(blocked), mtu: between(576, 65535) }),
      faults: notModelled,
      timeline: timelineShape,
      dumps: listOf(dumpShape),
      loadBalancers: listOf(balancerShape),
    }),
  }),
  rules: (object, report) => has(mapIn(object, 'spec'), 'timeline') && past.get().timelineRules(object, report),
  decode,
}
