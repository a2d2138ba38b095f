import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments, stringify } from 'yaml'

/** Recorded cases of NetworkPolicy (captured/netpol), as labs and questions. */
const FOLDER = join(import.meta.dirname, '../captured/netpol')

export type Protocol = 'TCP' | 'UDP' | 'SCTP'
export interface MatrixVector {
  readonly id: string
  readonly title: string
  readonly kind: 'netpol-matrix'
  readonly steps: readonly {
    readonly step: string
    readonly policies: string
    readonly change?: string
    readonly expected: readonly { readonly port: number; readonly protocol: Protocol; readonly matrix: string }[]
  }[]
}
interface PodFields {
  readonly labels: Readonly<Record<string, string>>
  readonly ip: string
  readonly node: string
  readonly hostNetwork?: boolean
  readonly ports: readonly { readonly name: string; readonly containerPort: number; readonly protocol?: Protocol }[]
}
export interface Probe {
  readonly from: string
  readonly to: string
  readonly protocol: Protocol
  readonly port: number
  readonly via?: string
  readonly client?: string
  readonly externalTrafficPolicy?: 'Cluster' | 'Local'
  readonly expect: 'allow' | 'deny'
  readonly deniedBy?: 'ingress' | 'egress'
  readonly why: string
}
export interface ProbeVector {
  readonly kind: 'netpol-probes'
  readonly cluster: {
    readonly nodes: Readonly<Record<string, string>>
    readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>
    readonly pods: Readonly<Record<string, PodFields>>
    readonly services: Readonly<
      Record<
        string,
        {
          readonly clusterIP: string
          readonly port: number
          readonly targetPort: number | string
          readonly nodePort?: number
          readonly endpoints: readonly string[]
        }
      >
    >
  }
  readonly cases: readonly { readonly name: string; readonly cni?: string; readonly policies: string; readonly probes: readonly Probe[] }[]
}

const read = <T>(name: string): T => parse(readFileSync(join(FOLDER, name), 'utf8')) as T
const names = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .sort()

export const matrixVectors: readonly MatrixVector[] = names.filter((name) => !/^4/.test(name)).map((name) => read<MatrixVector>(name))
export const probeVector = read<ProbeVector>('40-edge-cases.yaml')

const node = (name: string, cidr: string, address: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: { podCIDR: cidr },
  status: { addresses: [{ type: 'InternalIP', address }] },
})
const namespace = (name: string, labels: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
})
const pod = (full: string, { labels, ip, node, hostNetwork, ports }: PodFields) => {
  const [namespace = '', name = ''] = full.split('/')
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: { nodeName: node, ...(hostNetwork ? { hostNetwork } : {}), containers: [{ name: 'c', image: 'example.com/server', ports }] },
    status: { podIP: ip, podIPs: [{ ip }] },
  }
}
const settings = {
  apiVersion: 'kubeadm.k8s.io/v1beta3',
  kind: 'ClusterConfiguration',
  networking: { podSubnet: '10.244.0.0/16', serviceSubnet: '10.96.0.0/12' },
}
/** The namespace `y` has to stand in quotes: kubectl's YAML takes a bare one for true. The recorded texts leave them out. */
const text = (objects: readonly object[], policies: string): string =>
  [...objects, ...parseAllDocuments(policies).map((d) => d.toJS())]
    .filter((o) => o !== null)
    .map((o) => stringify(o, { version: '1.1' }))
    .join('---\n')
const hosts = (addresses: readonly string[]) => ({
  apiVersion: 'packetwalk.dev/v1alpha1',
  kind: 'Lab',
  metadata: { name: 'lab' },
  spec: {
    v: 1,
    hosts: addresses.map((address) => ({ name: hostOf(address), addresses: [address] })),
    pods: [{ name: 'kube-system/dns', listen: ['53', '53/UDP'], ready: true }],
  },
})
/** The name of the machine at an address outside. */
export const hostOf = (address: string): string => `at-${address.replaceAll('.', '-')}`

const XYZ = { x: 10, y: 20, z: 30 } as const
const ABC = { a: 1, b: 2, c: 3 } as const
export const xyzPods: readonly string[] = Object.keys(XYZ).flatMap((ns) => Object.keys(ABC).map((name) => `${ns}/${name}`))
export const xyzAddress = (full: string): string => {
  const [ns, name] = full.split('/') as [keyof typeof XYZ, keyof typeof ABC]
  return `10.244.${ABC[name]}.${XYZ[ns] + ABC[name] - 1}`
}

/** `kubectl label namespace y ns2=updated`, `kubectl label pod …`: changes that stay for the steps that follow. */
function changed(labels: Map<string, Record<string, string>>, change: string | undefined): void {
  const m = /^kubectl label (?:namespace (\S+)|(?:-n (\S+) )?pod (\S+)(?: -n (\S+))?) ((?:\S+=\S+ ?)+)/.exec(change ?? '')
  if (change !== undefined && m === null) throw new Error(`a change of another kind: ${change}`)
  if (m === null) return
  const of = m[1] ?? `${m[2] ?? m[4]}/${m[3]}`
  for (const pair of (m[5] ?? '').trim().split(' ')) {
    const [key = '', value = ''] = pair.split('=')
    const old = labels.get(of)
    if (old === undefined) throw new Error(`nobody is called ${of}`)
    old[key] = value
  }
}

/** One lab a step of a matrix. */
export function labsOf({ steps }: MatrixVector): readonly { readonly lab: string; readonly step: MatrixVector['steps'][number] }[] {
  const labels = new Map<string, Record<string, string>>([
    ...Object.keys(XYZ).map((ns) => [ns, { ns, 'kubernetes.io/metadata.name': ns }] as const),
    ...xyzPods.map((full) => [full, { pod: full.slice(2) }] as const),
  ])
  const ports = [80, 81].flatMap((containerPort) =>
    (['TCP', 'UDP', 'SCTP'] as const).map((protocol) => ({
      name: `serve-${containerPort}-${protocol.toLowerCase()}`,
      containerPort,
      protocol,
    })),
  )
  return steps.map((step) => {
    changed(labels, step.change)
    const objects = [
      settings,
      ...Object.values(ABC).map((n) => node(`node-${n}`, `10.244.${n}.0/24`, `192.168.10.1${n}`)),
      ...Object.keys(XYZ).map((ns) => namespace(ns, labels.get(ns) ?? {})),
      ...xyzPods.map((full) =>
        pod(full, { labels: labels.get(full) ?? {}, ip: xyzAddress(full), node: `node-${ABC[full.slice(2) as 'a']}`, ports }),
      ),
    ]
    return { lab: text(objects, step.policies), step }
  })
}

/** `from\to` and its rows: what stands in each cell. */
export function cellsOf(matrix: string): ReadonlyMap<string, string> {
  const [head = '', ...rows] = matrix.trim().split('\n')
  const columns = head.trim().split(/\s+/).slice(1)
  return new Map(
    rows.flatMap((row) => {
      const [from = '', ...cells] = row.trim().split(/\s+/)
      return cells.map((cell, i) => [`${from} ${columns[i]}`, cell] as const)
    }),
  )
}

/** The cluster of the single probes with the policies of one case; a Service's policy for traffic from outside may be the probe's. */
export function probeLab(policies: string, probe: Probe): string {
  const { nodes, namespaces, pods, services } = probeVector.cluster
  const outside = [probe.from, probe.client ?? ''].filter((who) => /^\d/.test(who))
  const objects = [
    settings,
    ...Object.entries(nodes).map(([name, address]) => node(name, `10.244.${name.slice(-1)}.0/24`, address)),
    ...Object.entries(namespaces).map(([name, labels]) => namespace(name, labels)),
    ...Object.entries(pods).map(([full, fields]) => pod(full, { ...fields, ports: portsOf(full, fields, probe) })),
    ...Object.entries(services).map(([full, { clusterIP, port, targetPort, nodePort }]) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: full.split('/')[1], namespace: full.split('/')[0] },
      spec: {
        type: nodePort === undefined ? 'ClusterIP' : 'NodePort',
        clusterIP,
        selector: { app: full.split('/')[1] },
        ports: [{ port, targetPort, ...(nodePort === undefined ? {} : { nodePort }) }],
        ...(nodePort === undefined || probe.externalTrafficPolicy === undefined
          ? {}
          : { externalTrafficPolicy: probe.externalTrafficPolicy }),
      },
    })),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns', namespace: 'kube-system' },
      spec: {
        clusterIP: '10.96.0.10',
        selector: { 'k8s-app': 'kube-dns' },
        ports: [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 }],
      },
    },
    hosts(outside),
    // machines outside reach Pods at their own addresses where the router in front of the nodes learns the way to them
    { apiVersion: 'projectcalico.org/v3', kind: 'BGPPeer', metadata: { name: 'tor' }, spec: { peerIP: '192.168.1.1', asNumber: 64512 } },
  ]
  return text(objects, policies)
}

/** A Pod answers where it is asked: what is let through then connects, whether or not its manifest names the port. */
const portsOf = (full: string, { ports }: PodFields, { to, port, protocol }: Probe): PodFields['ports'] =>
  full !== to || ports.some((p) => p.containerPort === port && (p.protocol ?? 'TCP') === protocol)
    ? ports
    : [...ports, { name: 'asked', containerPort: port, protocol }]
