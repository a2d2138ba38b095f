import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runTool } from '../../engine/tool.ts'
import { build, hasErrors, probe } from '../../explain.ts'
import { gapsOf } from './joined.ts'
import { client, pod, together, twoNodes } from './lab.ts'
import { apply } from './past.ts'

const echo = (name: string, node: string, ip: string): string =>
  pod({ name, node, ip, app: 'echo' }).replace('ports: []', 'ports: [{containerPort: 7, protocol: UDP}, {containerPort: 80}]')

const service = `
apiVersion: v1
kind: Service
metadata: {name: echo}
spec:
  type: NodePort
  clusterIP: 10.96.0.77
  selector: {app: echo}
  ports: [{name: web, port: 80, nodePort: 30080}, {name: echo, port: 7, protocol: UDP, nodePort: 30007}]
`
const mode = (name: string): string =>
  apply(`apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCIDR: 10.244.0.0/16\nmode: ${name}`)

const modes = ['iptables', 'ipvs', 'nftables', 'userspace']
const steps: readonly string[] = [
  ...['stop', 'start', 'restart', 'cleanup'].flatMap((what) => [`- {kubeProxy: ${what}}\n`, `- {kubeProxy: ${what}, nodes: [node-1]}\n`]),
  '- wait: 61\n',
  '- wait: 1000\n',
  ...['Pod, name: echo-1', 'Pod, name: echo-2', 'Service, name: echo', 'Node, name: node-2'].map((what) => `- delete: {kind: ${what}}\n`),
  '- probe: {from: default/client, to: "udp://10.96.0.77:7", sport: 5000}\n',
  '- probe: {from: node/node-1, to: "http://10.96.0.77/", keep: true}\n',
  '- probe: {from: default/client, to: "http://10.96.0.77/", keep: true}\n',
  ...[service, echo('echo-1', 'node-2', '10.244.2.7'), echo('echo-2', 'node-1', '10.244.1.8')].map(apply),
  ...modes.map(mode),
]

const world = (first: string, timeline: readonly string[]) => {
  const text = together(
    `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCIDR: 10.244.0.0/16\nmode: ${first}\n`,
    twoNodes,
    client,
    service,
    echo('echo-1', 'node-2', '10.244.2.7'),
    `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: {name: past}\nspec:\n  timeline:\n${timeline.join('').replace(/^/gm, '  ').trimEnd()}\n`,
  )
  return build([{ name: 'past.yaml', text }], { wants: { everything: false, dns: false }, seed: 1 })
}

const pasts = fc.tuple(fc.constantFrom(...modes), fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 8 }))

test('whatever happened before, a walk comes to an end that is modelled, and is joined', () => {
  fc.assert(
    fc.property(pasts, ([first, timeline]) => {
      const past = world(first, timeline)
      if (hasErrors(past.problems)) {
        expect(past.problems.filter((p) => p.severity === 'error').map((p) => p.code)).toEqual(['timeline-no-object'])
        return
      }
      for (const to of ['udp://10.96.0.77:7', 'http://10.96.0.77/', 'http://192.168.10.11:30080/']) {
        const { journeys, outcome } = probe(past, { from: 'default/client', to, sport: 5000 }, { seed: 1 })
        expect(outcome.kind).not.toBe('unmodelled')
        expect(journeys.flatMap((j) => gapsOf(j))).toEqual([])
      }
    }),
    { numRuns: 120 },
  )
}, 240_000)

const TOOLS = ['iptables-save', 'nft list ruleset', 'ipvsadm -Ln', 'ipset list', 'ip addr']

test('cleaned up and started anew, a node is as if nothing had been', () => {
  fc.assert(
    fc.property(pasts, fc.constantFrom(...modes), ([first, timeline], last) => {
      // connections that IPVS remembers are counted at its servers
      const quiet = timeline.filter((step) => !step.startsWith('- probe'))
      const end = [mode(last), '- {kubeProxy: stop}\n', '- {kubeProxy: cleanup}\n', '- {kubeProxy: start}\n']
      const objects = timeline.filter((step) => /^- (apply|delete)/.test(step))
      const [past, fresh] = [world(first, [...quiet, ...end]), world(last, [...objects, mode(last)])]
      if (hasErrors(past.problems) || hasErrors(fresh.problems)) return
      const state = (of: typeof past) =>
        TOOLS.map((tool) => {
          const ran = runTool(of, 'node-1', tool.split(' '))
          if ('problem' in ran) throw new Error(ran.problem.code)
          return ran.stdout.map((line) => line.replace(/\[\d+:\d+\]/, '[0:0]'))
        })
      expect(state(past)).toEqual(state(fresh))
    }),
    { numRuns: 60 },
  )
}, 240_000)
