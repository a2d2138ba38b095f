import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newDesk } from '../cli/desk.ts'
import { answer } from '../cli/main.ts'
import { build, hasErrors, odds, probe } from '../explain.ts'
import { printSave } from '../kernel/iptables/print.ts'
import { emptyRuleset } from '../kernel/iptables/ruleset.ts'
import { readRestoreText } from '../kernel/iptables/ruleset-read.ts'
import { type Fraction, fraction, plus } from '../trace/luck.ts'
import { rounds } from './rounds.ts'
import { gapsOf } from './stories/joined.ts'

const NODES = ['node-1', 'node-2', 'node-3'] as const
const APPS = ['web', 'api', 'db'] as const

const podOf = fc.record({
  app: fc.constantFrom(...APPS),
  node: fc.constantFrom(...NODES),
  port: fc.constantFrom(80, 8080, 9000),
  ready: fc.integer({ min: 0, max: 4 }),
})
const serviceOf = fc.record({
  app: fc.constantFrom(...APPS),
  type: fc.constantFrom('ClusterIP', 'NodePort'),
  port: fc.constantFrom(80, 443, 53),
  target: fc.constantFrom(80, 8080, 9000),
  protocol: fc.constantFrom('TCP', 'TCP', 'UDP'),
})

interface Cluster {
  readonly nodes: number
  readonly pods: readonly { readonly app: string; readonly node: string; readonly port: number; readonly ready: number }[]
  readonly services: readonly {
    readonly app: string
    readonly type: string
    readonly port: number
    readonly target: number
    readonly protocol: string
  }[]
}

const cluster: fc.Arbitrary<Cluster> = fc.record({
  nodes: fc.integer({ min: 1, max: 3 }),
  pods: fc.array(podOf, { minLength: 1, maxLength: 7 }),
  services: fc.array(serviceOf, { minLength: 1, maxLength: 4 }),
})

/** The objects as JSON, which is YAML too. */
function textOf({ nodes, pods, services }: Cluster): string {
  const last = (i: number): string => NODES[Math.min(i, nodes - 1)] as string
  const objects: readonly unknown[] = [
    ...NODES.slice(0, nodes).map((name, i) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name },
      spec: { podCIDR: `10.244.${i + 1}.0/24` },
      status: { addresses: [{ type: 'InternalIP', address: `192.168.10.${i + 11}` }] },
    })),
    ...pods.map(({ app, node, port, ready }, i) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `${app}-${i}`, labels: { app } },
      spec: {
        nodeName: last(NODES.indexOf(node as (typeof NODES)[number])),
        containers: [{ name: 'main', image: 'example.com/x', ports: [{ containerPort: port }, { containerPort: port, protocol: 'UDP' }] }],
      },
      ...(ready === 0 ? { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] } } : {}),
    })),
    ...services.map(({ app, type, port, target, protocol }, i) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `svc-${i}` },
      spec: {
        type,
        clusterIP: `10.96.0.${100 + i}`,
        selector: { app },
        ports: [{ port, targetPort: target, protocol, ...(type === 'NodePort' ? { nodePort: 30100 + i } : {}) }],
      },
    })),
  ]
  return objects.map((o) => `${JSON.stringify(o)}\n`).join('---\n')
}

interface Asking {
  readonly cluster: Cluster
  readonly from: string
  readonly to: string
}

const asking: fc.Arbitrary<Asking> = cluster.chain((c) =>
  fc
    .record({
      from: fc.nat(c.pods.length),
      service: fc.nat(c.services.length - 1),
      byNode: fc.boolean(),
      scheme: fc.constantFrom('http', 'tcp', 'udp', 'icmp'),
    })
    .map(({ from, service, byNode, scheme }) => {
      const pod = c.pods[from]
      const { port, type } = c.services[service] as Cluster['services'][number]
      const place = byNode && type === 'NodePort' ? `192.168.10.11:${30100 + service}` : `10.96.0.${100 + service}:${port}`
      return {
        cluster: c,
        from: pod === undefined ? 'node/node-1' : `default/${pod.app}-${from}`,
        to: scheme === 'icmp' ? `icmp://${place.split(':')[0]}` : `${scheme}://${place}${scheme === 'http' ? '/' : ''}`,
      }
    }),
)

const worldOf = (c: Cluster, proxy = 'iptables') =>
  build([{ name: 'c.yaml', text: textOf(c) }], { wants: { everything: false, dns: false }, proxy })

describe('generated clusters', () => {
  test('every probe ends, its journeys are joined and end once, and asked again it is the same', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(asking, fc.integer({ min: 0, max: 99 }), ({ cluster: c, from, to }, seed) => {
        const question = { from, to, ...(to.startsWith('icmp') ? {} : { sport: 40001 }) }
        const world = worldOf(c)
        expect(hasErrors(world.problems)).toBe(false)
        const probed = probe(world, question, { seed })
        expect(probed.problems).toEqual([])
        expect(probed.journeys.flatMap((j) => (j.ending.kind === 'unmodelled' ? [j.ending.what] : gapsOf(j)))).toEqual([])
        expect(probe(worldOf(c), question, { seed }).journeys).toEqual(probed.journeys)
        seen.add(probed.outcome.kind)
      }),
      { numRuns: rounds(150) },
    )
    // Nothing is proved by clusters in which nothing works, or everything.
    expect([...seen]).toEqual(expect.arrayContaining(['ok', 'refused']))
  })

  test('the odds of all outcomes add up to 1, and a ready endpoint of k has 1/k', () => {
    fc.assert(
      fc.property(asking, ({ cluster: c, from, to }) => {
        const world = worldOf(c)
        const { outcomes, covered, problems } = odds(world, { from, to }, { seed: 1 })
        expect(problems).toEqual([])
        expect(covered).toEqual(fraction(1, 1))
        expect(outcomes.reduce((sum, o) => plus(sum, o.probability), fraction(0, 1))).toEqual(fraction(1, 1))
        const backends = outcomes.filter((o) => o.outcome.kind === 'ok' && o.outcome.backend !== null)
        if (backends.length === outcomes.length && new Set(outcomes.map((o) => o.outcome.backend)).size === outcomes.length)
          for (const { probability } of outcomes) expect(probability).toEqual(fraction(1, outcomes.length))
      }),
      { numRuns: rounds(100) },
    )
  })

  test('every mode that chooses by itself gives each ready endpoint 1/n, and nobody else anything', () => {
    const seen = new Set<number>()
    fc.assert(
      fc.property(asking, ({ cluster: c, from, to }) => {
        const service = c.services.find((_, i) => to.includes(`10.96.0.${100 + i}:`) || to.includes(`:${30100 + i}`))
        if (service === undefined) return
        const scheme = service.protocol === 'UDP' ? 'udp' : 'http'
        const question = { from, to: `${scheme}://${to.replace(/^\w+:\/\//, '').replace(/\/$/, '')}${scheme === 'http' ? '/' : ''}` }
        const ready = c.pods.map((p, i) => ({ ...p, name: `default/${p.app}-${i}` })).filter((p) => p.app === service.app && p.ready !== 0)
        const wanted = new Map<string, string>(ready.filter((p) => p.port === service.target).map((p) => [p.name, `1/${ready.length}`]))
        const refused = ready.length === 0 ? fraction(1, 1) : fraction(ready.length - wanted.size, ready.length)
        if (refused.num > 0n) wanted.set('refused', `${refused.num}/${refused.den}`)
        for (const mode of ['iptables', 'ipvs', 'nftables']) {
          const { outcomes, problems } = odds(worldOf(c, mode), question, { seed: 1 })
          expect(problems).toEqual([])
          const got = new Map<string, Fraction>()
          for (const { probability, outcome } of outcomes) {
            // a datagram of the node's own that OUTPUT rejects fails in sendmsg() itself
            const who = outcome.backend ?? (outcome.errno === 'EPERM' ? 'refused' : outcome.kind)
            got.set(who, plus(got.get(who) ?? fraction(0, 1), probability))
          }
          expect(new Map([...got].map(([who, p]) => [who, `${p.num}/${p.den}`])), `${mode} ${JSON.stringify(question)}`).toEqual(wanted)
        }
        seen.add(ready.length)
      }),
      { numRuns: rounds(75) },
    )
    expect(seen.size).toBeGreaterThan(2)
  })

  test('what iptables-save prints is read back by iptables-restore as the same rules', () => {
    fc.assert(
      fc.property(cluster, (c) => {
        const desk = newDesk(() => new TextEncoder().encode(textOf(c)))
        const first = answer(['show', '-', '--node', 'node-1', 'iptables-save'], desk)
        expect({ code: first.code, stderr: first.stderr.match(/error.*/g) }).toEqual({ code: 0, stderr: null })
        const { ruleset, problems } = readRestoreText(emptyRuleset(), first.stdout, { flush: true })
        expect(problems).toEqual([])
        expect(`${[...printSave(ruleset)].join('\n')}\n`).toBe(first.stdout)
        const rules = answer(['rules', '-', '--node', 'node-1'], newDesk(desk.stdin))
        // Every chain that kube-proxy declares stands in the kernel.
        for (const [, chain] of rules.stdout.matchAll(/^:(KUBE-\S+) /gm)) expect(first.stdout).toContain(`:${chain} `)
      }),
      { numRuns: rounds(60) },
    )
  })
})
