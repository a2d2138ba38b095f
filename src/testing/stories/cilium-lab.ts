import { expect } from 'vitest'
import { endpointsOf, sitesOf } from '../../agents/cni/cilium/site.ts'
import { build, probe } from '../../explain.ts'
import type { Packet } from '../../net/packet.ts'
import type { Journey, Outcome } from '../../trace/journey.ts'
import { gapsOf } from './joined.ts'
import { host, pod, together } from './lab.ts'

/** The addresses of the worked walks in the facts about Cilium: two nodes, a1 and a2 on A, b1 on B. */
const node = (name: string, net: string, ip: string): string => `
apiVersion: v1
kind: Node
metadata: {name: ${name}}
spec: {podCIDR: ${net}}
status: {addresses: [{type: InternalIP, address: ${ip}}]}
`
const machines = [
  node('node-a', '10.0.1.0/24', '192.168.10.11'),
  node('node-b', '10.0.2.0/24', '192.168.10.12'),
  pod({ name: 'a1', node: 'node-a', ip: '10.0.1.20' }),
  pod({ name: 'a2', app: 'web', node: 'node-a', ip: '10.0.1.21', port: 8080 }),
  pod({ name: 'b1', app: 'web', node: 'node-b', ip: '10.0.2.30', port: 8080 }),
  pod({ name: 'b2', app: 'far', node: 'node-b', ip: '10.0.2.31', port: 8080 }),
  host('outside', '203.0.113.10', ['80']),
]
export const service = (name: string, app: string, more = ''): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec:
  type: NodePort
  clusterIP: ${name === 'web' ? '10.96.10.10' : '10.96.10.20'}
  selector: {app: ${app}}
  ports: [{port: 80, targetPort: 8080, nodePort: ${name === 'web' ? 31080 : 31081}}]
  ${more}
`
export const config = (...lines: readonly string[]): string => `
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {${lines.join(', ')}}
`
export const NATIVE = ['routing-mode: native', 'auto-direct-node-routes: "true"', 'ipv4-native-routing-cidr: 10.0.0.0/16']
export const BPF = ['kube-proxy-replacement: "true"', 'enable-bpf-masquerade: "true"']

export interface Setup {
  readonly config?: readonly string[]
  readonly cni?: string
  readonly proxy?: string
  readonly more?: readonly string[]
}
export const worldOf = ({
  config: lines,
  cni = 'cilium',
  proxy = 'none',
  more = [service('web', 'web'), service('far', 'far')],
}: Setup = {}) =>
  build([{ name: 'story.yaml', text: together(...machines, ...more, ...(lines ? [config(...lines)] : [])) }], {
    wants: { everything: false, dns: false },
    proxy,
    cni,
  })

export type World = ReturnType<typeof worldOf>
export const endpoint = (world: World, name: string) => {
  const found = [...sitesOf(world.cluster).keys()].flatMap((n) => endpointsOf(world.cluster, n)).find((e) => e.pod.meta.name === name)
  if (!found) throw new Error(`no endpoint ${name}`)
  return found
}
export const routerOf = (world: World, name: string): string =>
  [...sitesOf(world.cluster).values()].find((s) => s.node.meta.name === name)?.router ?? ''

/** Every walk that is asked here: whole, joined, and the same when asked again. */
export function ask(world: World, from: string, to: string) {
  expect(world.problems.filter((p) => p.severity === 'error')).toEqual([])
  const probed = probe(world, { from, to, sport: 40001 }, { seed: 1 })
  expect(probed.journeys.flatMap(gapsOf)).toEqual([])
  expect(probe(world, { from, to, sport: 40001 }, { seed: 1 }).outcome).toEqual(probed.outcome)
  return probed
}

const headers = ({ headers: all }: Packet): string =>
  all
    .flatMap((h) => {
      if (h.kind === 'ip') return [`${h.src} > ${h.dst} ttl ${h.ttl}${h.option ? ` option ${h.option.address}:${h.option.port}` : ''}`]
      if (h.kind === 'vxlan') return [`vni ${h.vni}`]
      if (h.kind === 'udp') return [`udp ${h.dport}`]
      return h.kind === 'tcp' ? [`tcp ${h.sport} > ${h.dport}`] : []
    })
    .join(' | ')

/** Every device that a packet passes, with all its headers. */
export const onTheWire = (journey: Journey | undefined): readonly string[] =>
  (journey?.events ?? []).flatMap((e) =>
    e.kind === 'device' && e.after.kind === 'skb' ? [`${e.at.netns} ${e.dir} ${e.device} | ${headers(e.after.skb.packet)}`] : [],
  )
export const hooks = (journey: Journey | undefined, netns: string): readonly string[] =>
  (journey?.events ?? []).flatMap((e) => (e.kind === 'hook' && e.at.netns === netns ? [e.at.hook ?? ''] : []))
export const seenBy = (o: Outcome): string => `${o.backend} < ${o.sourceSeen?.replace(/:\d+$/, '')}`
