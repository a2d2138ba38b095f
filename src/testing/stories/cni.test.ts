import { describe, expect, test } from 'vitest'
import { build, probe } from '../../explain.ts'
import { pod, together, twoNodes } from './lab.ts'

const outside = (spec = ''): string =>
  `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: {name: lab}\nspec:\n  hosts: [{name: out, addresses: [203.0.113.10], listen: ['80']}]\n${spec}`
const pods = [pod({ name: 'a', node: 'node-1', ip: '10.244.1.2' }), pod({ name: 'b', node: 'node-2', ip: '10.244.2.2', port: 80 })]
const flannel = (net: string, cni: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-flannel-cfg}\ndata:\n  net-conf.json: '${net}'\n  cni-conf.json: '${cni}'\n`

function ask(text: string, cni: string | undefined, from: string, to: string) {
  const world = build([{ name: 'story.yaml', text }], { wants: { everything: false, dns: false }, ...(cni === undefined ? {} : { cni }) })
  const { outcome, journeys } = probe(world, { from, to }, { seed: 1 })
  return {
    world,
    kind: outcome.kind,
    reason: outcome.reason,
    seen: outcome.sourceSeen,
    ending: journeys[0]?.ending,
    codes: world.problems.map((p) => p.code),
  }
}

describe('what goes wrong between nodes', () => {
  test('IPIP is blocked by the underlay: the packet is lost on the wire, and ordinary packets are not', () => {
    const text = together(twoNodes, ...pods, outside('  underlay: {blocks: [ipip]}\n'))
    const blocked = ask(text, 'calico-ipip', 'default/a', 'tcp://10.244.2.2:80')
    expect(blocked).toMatchObject({ kind: 'timeout', reason: 'underlay', ending: { kind: 'dropped', reason: 'underlay' } })
    expect(ask(text, 'calico', 'default/a', 'tcp://10.244.2.2:80').kind).toBe('ok')
    expect(ask(text, 'calico-ipip-crosssubnet', 'default/a', 'tcp://10.244.2.2:80').kind).toBe('ok')
  })

  test('a firewall before the tunnel of VXLAN', () => {
    const text = together(twoNodes, ...pods, outside('  underlay: {blocks: [8472/udp]}\n'))
    expect(ask(text, 'flannel', 'default/a', 'tcp://10.244.2.2:80')).toMatchObject({ kind: 'timeout', reason: 'underlay' })
    // Calico's has another port
    expect(ask(text, 'calico-vxlan', 'default/a', 'tcp://10.244.2.2:80').kind).toBe('ok')
  })

  test('BGP is down: without its port no session, without a session no route; VXLAN does not ask BGP', () => {
    const text = together(twoNodes, ...pods, outside('  underlay: {blocks: [179/tcp]}\n'))
    const down = ask(text, 'calico', 'default/a', 'tcp://10.244.2.2:80')
    expect(down).toMatchObject({ kind: 'timeout', reason: 'blackhole' })
    expect(down.codes).toEqual(expect.arrayContaining(['bgp-blocked', 'bgp-no-route']))
    expect(ask(text, 'calico-vxlan', 'default/a', 'tcp://10.244.2.2:80').kind).toBe('ok')
  })

  test('the MTU of Pods is too large: what fits the Pod does not fit the tunnel', () => {
    const conf = flannel('{"Network":"10.244.0.0/16"}', '{"plugins":[{"type":"flannel","delegate":{"mtu":1500,"isDefaultGateway":true}}]}')
    const { world } = ask(together(twoNodes, ...pods, outside(), conf), undefined, 'default/a', 'tcp://10.244.2.2:80')
    const mtu = (netns: string, dev: string): number | undefined => world.machines.netns(netns)?.links.find((l) => l.dev === dev)?.mtu
    expect([mtu('default/a', 'eth0'), mtu('node-1', 'cni0'), mtu('node-1', 'flannel.1')]).toEqual([1500, 1500, 1450])
  })

  test('flannel is told another Pod network than the nodes have: Pods still meet, but nobody masquerades what leaves', () => {
    const conf = flannel('{"Network":"10.99.0.0/16"}', '{"plugins":[{"type":"flannel","delegate":{"isDefaultGateway":true}}]}')
    const text = together(twoNodes, ...pods, outside(), conf)
    expect(ask(text, undefined, 'default/a', 'tcp://10.244.2.2:80')).toMatchObject({ kind: 'ok' })
    expect(ask(text, undefined, 'default/a', 'tcp://203.0.113.10:80').kind).toBe('timeout')
  })
})
