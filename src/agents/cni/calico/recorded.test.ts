import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { naming } from '../../../engine/replay/names.ts'
import { stepsOf } from '../../../engine/replay/steps.ts'
import { build, probe } from '../../../explain.ts'
import { printTopology } from '../../../kernel/topology.ts'
import { workloadInterface } from './names.ts'

/**
 * The recorded clusters of Calico's shape, written down as manifests: what the agents make of them has the recorded addresses, devices and
 * routes, and the packet takes the recorded way from device to device.
 */
const NODES = [
  ['node1', '192.168.56.11', 1],
  ['node2', '192.168.56.12', 2],
] as const
const PODS = [
  ['pod11', 'node1', '10.244.1.2'],
  ['pod12', 'node1', '10.244.1.3'],
  ['pod21', 'node2', '10.244.2.2'],
  ['pod22', 'node2', '10.244.2.3'],
] as const

const manifests = (ipip: string): string =>
  [
    ...NODES.map(
      ([name, address, n]) =>
        `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}, annotations: {projectcalico.org/IPv4IPIPTunnelAddr: 10.244.${n}.1}}\nstatus: {addresses: [{type: InternalIP, address: ${address}}]}\n`,
    ),
    ...NODES.map(
      ([name, , n]) =>
        `apiVersion: crd.projectcalico.org/v1\nkind: BlockAffinity\nmetadata: {name: ${name}}\nspec: {cidr: 10.244.${n}.0/26, node: ${name}, state: confirmed}\n`,
    ),
    ...PODS.map(
      ([name, node, address]) =>
        `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: ${name}}}\nspec: {nodeName: ${node}, containers: [{name: c, image: x, ports: [{containerPort: 8080}]}]}\nstatus: {podIP: ${address}}\n`,
    ),
    `apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: p}\nspec: {cidr: 10.244.0.0/16, ipipMode: ${ipip}}\n`,
    'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: 10.96.10.10, selector: {app: pod21}, ports: [{port: 80, targetPort: 8080}]}\n',
  ].join('---\n')

interface Recorded {
  readonly topology: {
    readonly namespaces: readonly { readonly name: string; readonly routes?: readonly string[]; readonly links: readonly Link[] }[]
  }
  readonly expected: { readonly steps: readonly Step[]; readonly reply_steps: readonly Step[] }
}
interface Link {
  readonly dev: string
  readonly addrs?: readonly string[]
  readonly mtu?: number
}
interface Step {
  readonly ns: string
  readonly dev?: string
  readonly dir?: string
  readonly pkt?: string
}

/** Our names in the words of the recording: cali11 is the pair of pod11. */
const said = (text: string): string =>
  PODS.reduce((now, [name]) => now.replaceAll(workloadInterface('default', name), `cali${name.slice(3)}`), text).replace('default/', '')

const ways = (steps: readonly Step[]): readonly string[] =>
  steps.filter((one) => one.dev !== undefined).map(({ ns, dev, dir, pkt }) => said(`${ns} ${dev} ${dir} ${pkt}`))

test.each([
  ['calico-ipip-clusterip-other-node', 'Always'],
  ['calico-clusterip-other-node', 'Never'],
])('%s, from manifests', (file, ipip) => {
  const recorded = JSON.parse(readFileSync(`src/testing/captured/kernel/${file}.json`, 'utf8')) as Recorded
  const world = build([{ name: 'lab.yaml', text: manifests(ipip) }], { wants: { everything: false, dns: false } })
  expect(world.problems.filter((one) => one.severity !== 'hint')).toEqual([])
  for (const [node] of NODES) {
    const netns = world.machines.netns(node)
    if (!netns) throw new Error(node)
    const ours = printTopology([netns]).namespaces[0]
    const theirs = recorded.topology.namespaces.find((one) => one.name === node)
    // who keeps the block is BIRD's affair without VXLAN; the recording has Felix's number there
    const routes = (all: readonly string[] | undefined): readonly string[] =>
      (all ?? [])
        .map((one) =>
          said(one)
            .replace(/^(blackhole .*) proto \w+/, '$1')
            .replace('/32', ''),
        )
        .sort()
    expect(routes(ours?.routes)).toEqual(routes(theirs?.routes))
    const links = (all: readonly Link[] | undefined): readonly string[] =>
      (all ?? []).filter((l) => !/^(cali|eth)/.test(l.dev)).map((l) => `${l.dev} ${l.addrs?.join()} ${l.mtu}`)
    expect(links(ours?.links as readonly Link[])).toEqual(links(theirs?.links))
  }
  const { journeys } = probe(world, { from: 'default/pod11', to: 'http://10.96.10.10/', sport: 40001 }, { seed: 1 })
  const unseen = { netns: () => false, chain: () => false }
  const steps = (i: number): readonly string[] =>
    ways(stepsOf(journeys[i] as (typeof journeys)[number], naming([40001, 80, 8080]), unseen) as unknown as readonly Step[])
  expect(steps(0)).toEqual(ways(recorded.expected.steps))
  expect(steps(1)).toEqual(ways(recorded.expected.reply_steps))
})
