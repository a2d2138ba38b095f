import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Cluster, ClusterNode } from '../../cluster/cluster.ts'
import { settle } from '../../cluster/settle.ts'
import { writtenElement, writtenRule, writtenSet } from '../../kernel/nft/print-written.ts'
import { readManifests } from '../../manifest/read.ts'
import type { Ip } from '../../net/ip.ts'
import { restoreOf } from './iptables/restore.ts'
import * as iptables from './iptables/sync.ts'
import { restoreText } from './iptables/text.ts'
import { same } from './kept.ts'
import * as nftables from './nftables/sync.ts'
import { draftOf } from './nftables/table.ts'
import { tableText } from './nftables/text.ts'
import { restoreLines } from './proxy.ts'
import { familiesOf } from './view.ts'

const dir = new URL('../../testing/captured/kube-proxy/', import.meta.url)
const IPS = (): readonly Ip[] => ['192.168.10.11' as Ip]

function clusterOf(files: readonly string[], proxy: string): Cluster {
  const { objects } = readManifests(files.map((text, i) => ({ name: `${i}.yaml`, text })))
  return settle(objects, { wants: { everything: false, dns: false }, proxy }).cluster
}

/** nft's commands from the rules as data, one after the other. */
function nftLines(sync: nftables.Sync): readonly string[] {
  const draft = draftOf(sync, IPS)
  const at = `${sync.table.family} kube-proxy`
  const sets = draft.sets()
  const chains = draft.chains()
  return [
    ...chains.map(({ name }) => `chain ${name}`),
    ...sets.map((set) => `add ${set.kind} ${at} ${set.name} ${writtenSet(set)}`),
    ...chains.flatMap(({ name, rules }) => rules().map((rule) => `add rule ${at} ${name} ${writtenRule(rule)}`)),
    ...sets.flatMap((set) => set.elements.map((e) => `add element ${at} ${set.name} ${writtenElement(e, set)}`)),
  ]
}

/** Both ways to the text of every family: straight, with what the last sync left, and from the rules as data. */
function bothWays(cluster: Cluster, node: ClusterNode): readonly (readonly [straight: string, data: string])[] {
  return familiesOf(node).map((family) => {
    if (cluster.proxy.mode === 'iptables') {
      const sync = iptables.syncOf(cluster, node, family)
      return [[...restoreText(sync, IPS)].join('\n'), [...restoreLines(restoreOf(sync, IPS))].join('\n')]
    }
    const sync = nftables.syncOf(cluster, node, family)
    const straight = [...tableText(sync, IPS)]
      .join('\n')
      .split('\n')
      .flatMap((line) => (line.startsWith('add table ') ? [] : line.startsWith('add chain ') ? `chain ${line.split(' ')[4]}` : line))
    return [straight.join('\n'), nftLines(sync).join('\n')]
  })
}

const MODES = ['iptables', 'nftables'] as const

describe.each(MODES)('%s', (mode) => {
  test.each(readdirSync(dir).filter((name) => !name.includes('.')))('%s: the text is that of the rules', (name) => {
    const cluster = clusterOf(
      ['input.yaml', 'config.yaml'].map((file) => readFileSync(new URL(`${name}/${file}`, dir), 'utf8')),
      mode,
    )
    for (const node of cluster.nodes) for (const [straight, data] of bothWays(cluster, node)) expect(straight).toBe(data)
  })
})

/** A repeatable sequence of numbers from 0 to n - 1. */
function dice(seed: number): (n: number) => number {
  let state = seed
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
}

const NODES = `apiVersion: v1
kind: Node
metadata: {name: node-1, labels: {topology.kubernetes.io/zone: a}}
spec: {podCIDR: 10.244.1.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.10.11}]}
---
`
const SHAPES = [
  ['', ''],
  ['', ', type: NodePort'],
  ['', ', type: NodePort, externalTrafficPolicy: Local'],
  ['', ', sessionAffinity: ClientIP'],
  ['', ', internalTrafficPolicy: Local'],
  ['', ', externalIPs: [203.0.113.7]'],
  [
    'status: {loadBalancer: {ingress: [{ip: 203.0.113.9}]}}\n',
    ', type: LoadBalancer, externalTrafficPolicy: Local, loadBalancerSourceRanges: [192.168.0.0/16]',
  ],
] as const

/** One Service and its slices, from a number that stands for all that they say. */
function documents(i: number, version: number): string {
  const roll = dice(version * 1000 + i)
  const [status, more] = SHAPES[roll(SHAPES.length)] as (typeof SHAPES)[number]
  const hints = roll(4) === 0
  const endpoints = Array.from(
    { length: roll(6) },
    (_, j) =>
      `{addresses: [10.244.1.${roll(200) + 2}], nodeName: node-${roll(2) + 1}, conditions: {ready: ${roll(5) > 0}, serving: true, terminating: ${roll(3) === 0}}, hints: {forZones: [{name: ${j % 2 === 0 ? 'a' : 'b'}}]}}`,
  )
  return `apiVersion: v1
kind: Service
metadata: {name: s${i}${hints ? ', annotations: {service.kubernetes.io/topology-mode: Auto}' : ''}}
spec: {clusterIP: 10.96.1.${i + 1}, ports: [{name: p, port: 80, protocol: ${roll(4) === 0 ? 'UDP' : 'TCP'}}]${more}}
${status}---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: s${i}-x, labels: {kubernetes.io/service-name: s${i}}}
addressType: IPv4
ports: [{name: p, port: ${8080 + roll(2)}}, {name: p, port: 5353, protocol: UDP}]
endpoints: [${endpoints.join(', ')}]
---
`.replace('{name: p, port: 5353, protocol: UDP}', '{name: q, port: 5353, protocol: UDP}')
}

test.each(MODES)('%s: after every edit the text with what was kept is the text made anew', (mode) => {
  const roll = dice(7)
  const versions = Array.from({ length: 12 }, () => roll(1000))
  for (let step = 0; step < 20; step++) {
    const cluster = clusterOf([NODES + versions.map((version, i) => documents(i, version)).join('')], mode)
    for (const node of cluster.nodes) for (const [straight, data] of bothWays(cluster, node)) expect(straight).toBe(data)
    // An edit, one that is taken back, a Service that goes, one that comes.
    if (step % 5 === 3) versions.pop()
    else if (step % 5 === 4) versions.push(roll(1000))
    else versions[roll(versions.length)] = roll(1000)
  }
})

test('same: as data', () => {
  const a = { x: [1, { y: 'z' }], u: undefined }
  expect(same(a, structuredClone(a))).toBe(true)
  for (const b of [{ ...a, x: [1] }, { ...a, x: [1, { y: 'w' }] }, { x: a.x }, { x: a.x, v: undefined }, [a], null, 1]) {
    expect(same(a, b)).toBe(false)
    expect(same(b, a)).toBe(false)
  }
})
