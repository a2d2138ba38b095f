import { describe, expect, it } from 'vitest'
import { explain } from '../../../src/explain.ts'
import { beatsOf } from '../../timeline/beats.ts'
import { labFiles, labs } from './list.ts'

/** What each lab of CNIs, policies and drills comes to: outcome, who answered, what the page finds. */
const outcomes: Readonly<Record<string, readonly [kind: string, backend: RegExp | null, findings: readonly string[]]>> = {
  'cni-add': ['ok', /^default\/web$/, []],
  'flannel-host-gw': ['ok', /^default\/nginx-/, []],
  'calico-bgp': ['ok', /^default\/nginx-/, []],
  'calico-ipip': ['ok', /^default\/nginx-/, []],
  'calico-vxlan-crosssubnet': ['ok', /^default\/nginx-/, []],
  'cilium-kube-proxy-free': ['ok', /^default\/nginx-/, []],
  'cilium-native': ['ok', /^default\/nginx-/, []],
  canal: ['ok', /^default\/nginx$/, []],
  weave: ['ok', /^default\/nginx-/, []],
  networkpolicy: ['timeout', null, ['denied']],
  'netpol-flannel': ['ok', /^shop\/api$/, ['unenforced']],
  'netpol-vs-service': ['timeout', null, ['denied']],
  'drill-and-or': ['ok', /^default\/web$/, []],
  'drill-egress-dns': ['dns-error', null, ['denied']],
  'drill-mtu': ['timeout', null, ['too-big']],
  'drill-ipip-blocked': ['timeout', null, ['blocked']],
  'drill-bgp-down': ['timeout', null, ['no-own-route']],
  'drill-cluster-cidr': ['timeout', null, ['denied']],
}
const told = labs.filter(({ group }) => group.en !== 'Services').map(({ slug }) => slug)

it('each of them is told here', () => {
  expect(told).toEqual(Object.keys(outcomes))
})

describe.each(told)('the lab %s', (slug) => {
  const { answer } = explain({ v: 1, files: labFiles(slug) ?? [], seed: 1 })
  const [kind, backend, findings] = outcomes[slug] ?? ['', null, []]

  it('comes to what its text says, without an error', () => {
    expect(answer.problems.filter((p) => p.severity === 'error')).toEqual([])
    const outcome = answer.walk?.outcome
    expect([outcome?.kind, (outcome?.findings ?? []).map((one) => one.kind)]).toEqual([kind, findings])
    if (backend !== null) expect(outcome?.backend).toMatch(backend)
  })

  it('has stops, and plays in at most 30 seconds', () => {
    const beats = beatsOf(answer)
    expect(beats.length).toBeGreaterThan(5)
    expect(beats.reduce((sum, b) => sum + b.ms, 0)).toBeLessThanOrEqual(30_001)
  })
})

it('a denied walk ends at the rule that denied, whatever ICMP redirect was lost beside it', () => {
  const probe = { from: 'shop/api', to: 'http://api.shop/' }
  const { answer } = explain({ v: 1, files: labFiles('networkpolicy') ?? [], seed: 1, probe })
  expect(answer.walk?.journeys.some((j) => j.ending.kind === 'dropped' && j.ending.reason === 'redirect-of-nat')).toBe(true)
  expect([answer.walk?.outcome.reason, answer.walk?.outcome.where?.hook]).toEqual(['rule', 'forward'])
})

it('the underlay is named by all subnets that nodes stand in', () => {
  const net = (slug: string) => explain({ v: 1, files: labFiles(slug) ?? [], seed: 1 }).answer.stage?.underlay.net
  expect(net('calico-vxlan-crosssubnet')).toBe('192.168.10.0/24 · 192.168.20.0/24')
  expect(net('netpol-vs-service')).toBe('192.168.10.0/24')
})
