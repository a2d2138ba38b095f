import { describe, expect, test } from 'vitest'
import type { SourceFile } from '../manifest/object.ts'
import { modesOf, type Switch } from './modes.ts'
import { switchMode } from './switch.ts'
import { build } from './world.ts'

const world = (files: readonly SourceFile[]) => build(files, { wants: { everything: true, dns: true }, seed: 1 })
const now = (files: readonly SourceFile[]) => {
  const { proxy, cni } = modesOf(world(files).cluster)
  return { proxy: proxy.now, cni: cni.now }
}
const turn = (files: readonly SourceFile[], what: Switch, value: string): readonly SourceFile[] => {
  const done = switchMode(files, what, value, '10.244.0.0/16')
  if ('code' in done) throw new Error(done.code)
  return done
}
const file = (text: string, name = 'cluster.yaml'): readonly SourceFile[] => [{ name, text }]
const proxy = 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n# kept\nclusterCIDR: 10.32.0.0/16\n'
const lab = 'apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata:\n  name: mine\nspec:\n  probes: []\n'

describe('the switch edits the text, and the text is what counts', () => {
  test.each([
    ['an object without the field', file(proxy), 'proxy', 'ipvs'],
    ['no object at all', file(''), 'proxy', 'ipvs'],
    ['no file at all', [], 'proxy', 'ipvs'],
    ['a Lab', file(lab), 'cni', 'none'],
    ['no Lab', file(proxy), 'cni', 'none'],
    ['Cilium in place of kube-proxy', file(`${proxy}---\n${lab}`), 'proxy', 'ebpf'],
    ['Cilium in place of kube-proxy, from nothing', [], 'proxy', 'ebpf'],
    ['kube-proxy in place of Cilium', turn([], 'proxy', 'ebpf'), 'proxy', 'nftables'],
    ['another network than Cilium', turn([], 'proxy', 'ebpf'), 'cni', 'flannel'],
  ] as const)('%s', (_, files, what, value) => {
    expect(now(files)[what]).not.toBe(value)
    expect(now(turn(files, what, value))[what]).toBe(value)
  })

  test('there and back again, comments kept', () => {
    const there = turn(file(proxy), 'proxy', 'ipvs')
    const back = turn(there, 'proxy', 'iptables')
    expect(now(back).proxy).toBe('iptables')
    expect(back[0]?.text).toContain('# kept')
    expect(back[0]?.text.match(/mode:/g)).toHaveLength(1)
  })

  test('a document of its own changes nothing but the mode', () => {
    const before = world([]).cluster.proxy.config
    expect(world(turn([], 'proxy', 'iptables')).cluster.proxy.config).toEqual(before)
  })

  test('what is modelled is named, and nothing else', () => {
    const { proxy, cni } = modesOf(world([]).cluster)
    expect([...proxy.modelled].sort()).toEqual(['ebpf', 'iptables', 'ipvs', 'nftables', 'none', 'userspace'])
    expect(cni.modelled).toEqual(expect.arrayContaining(['flannel', 'none']))
    expect(cni.modelled).not.toContain('antrea')
  })
})
