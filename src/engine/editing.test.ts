import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Viewed } from '../answer.ts'
import { explain } from '../explain.ts'
import type { KubernetesSchema } from '../manifest/complete/kubernetes.ts'
import { newerNames } from '../manifest/newer.ts'
import { sayFact } from '../words/facts.ts'
import { editing } from './editing.ts'

const schema = JSON.parse(readFileSync('generated/kubernetes.json', 'utf8')) as KubernetesSchema
const text = readFileSync('app/learn/labs/clusterip-cross-node/manifests.yaml', 'utf8')
const { world } = explain({ v: 1, files: [{ name: 'manifests.yaml', text }], seed: 1 })

type Hover = Extract<Viewed, { kind: 'hover' }>
function hover(find: RegExp, of = text): Hover & { readonly said: readonly string[] } {
  const m = find.exec(of)
  if (!m) throw new Error(`${find} is not in the lab`)
  const viewed = editing(world, { kind: 'hover', file: 'manifests.yaml', text: of, offset: m.index + m[0].length }, schema)
  if (viewed.kind !== 'hover') throw new Error(viewed.kind)
  return { ...viewed, said: viewed.made.map(({ code, params }) => sayFact(code, params, 'en')) }
}

describe('hover', () => {
  test('tells the field, and what the engine made of it', () => {
    const { hovered, said } = hover(/kind: Service[\s\S]*?\n {2}selec/)
    expect(hovered).toMatchObject({
      object: expect.stringMatching(/^Service default\//),
      path: 'spec.selector',
      field: 'Service.spec.selector',
      type: 'map',
      used: true,
    })
    expect(said.join('\n')).toMatch(/3 ready endpoints, 0 others/)
    expect(said.join('\n')).toMatch(/3 Pods: /)
    expect(said.join('\n')).toMatch(/one Pod changes: 1 of 1 EndpointSlices written, 1\d{3} bytes; Endpoints: \d{3} bytes to each watcher/)
  })
  test('a port: the chains and rules that it wrote, node by node', () => {
    const { said } = hover(/kind: Service[\s\S]*?targetPort/)
    expect(said.join('\n')).toMatch(/chains KUBE-SEP-/)
    expect(said.filter((s) => /^wrote \d+ rules on /.test(s)).length).toBe(world.cluster.nodes.length)
  })
  test('the object itself: its address', () => {
    const service = world.cluster.services.find((s) => !s.madeUp)
    expect(hover(/kind: Serv/).said[0]).toBe(`ClusterIP ${service?.spec.clusterIPs[0]}`)
  })
  test('a Deployment: its Pods and where they are', () => {
    const { said } = hover(/replic/)
    expect(said[0]).toMatch(/^3 Pods: /)
    expect(said[1]).toMatch(/^default\/\S+: 10\.\S+ on \S+$/)
  })
  test('a text that has moved on is told without what the engine made of the old one', () => {
    const { hovered, made } = hover(/replic/, text.replace('replicas: 3', 'replicas:  3'))
    expect(hovered?.field).toBe('Workload.spec.replicas')
    expect(made).toEqual([])
  })
  test.each<[string, Partial<Hover['hovered']>]>([
    [
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec:\n  rules:\n  - http:\n      paths:\n      - pathTy|pe: Exact',
      { type: 'text', words: ['Exact', 'ImplementationSpecific', 'Prefix'], value: 'Exact' },
    ],
    [
      'apiVersion: policy/v1\nkind: PodDisruptionBudget\nspec:\n  unhealthyPodEvictionPol|icy: AlwaysAllow',
      { type: 'text', used: false, value: 'AlwaysAllow' },
    ],
    ['apiVersion: v1\nkind: Pod\nspec:\n  hostnameOverr|ide: x', { newer: '1.34', object: 'Pod' }],
    [
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  trafficDistribution: PreferSame|Node',
      { newer: '1.33', object: 'Service default/a' },
    ],
    ['apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nspec:\n  cidr|s: []', { newer: '' }],
  ])('%j', (marked, expected) => {
    const at = { kind: 'hover', file: 'a', text: marked.replace('|', ''), offset: marked.indexOf('|') } as const
    const viewed = editing(undefined, at, schema)
    expect(viewed).toMatchObject({ kind: 'hover', hovered: expected })
  })
})

test('names of the lab are completed', () => {
  const from = text.indexOf('app: ') + 'app: '.length
  const typed = `${text.slice(0, from)}\n${text.slice(text.indexOf('\n', from) + 1)}`
  const viewed = editing(world, { kind: 'complete', text: typed, offset: from }, schema)
  const labels = viewed.kind === 'complete' ? viewed.completion?.items.map((i) => i.label) : []
  expect(labels).toContain('nginx')
})

test('fixes come with their problem and file', () => {
  const broken = text.replace('  selector:', '  selecter:')
  const files = [{ name: 'manifests.yaml', text: broken }]
  const { answer } = explain({ v: 1, files, seed: 1 })
  const viewed = editing(undefined, { kind: 'fixes', files, problems: answer.problems }, undefined)
  if (viewed.kind !== 'fixes') throw new Error(viewed.kind)
  const [fix] = viewed.fixes
  expect(answer.problems[fix?.problem ?? -1]?.code).toBe('unknown-field-near')
  expect(fix).toMatchObject({ file: 'manifests.yaml', code: 'fix-write', params: { text: 'selector' } })
})

test('the fields that are said to be newer are those that v1.30 does not have', () => {
  const newerIn = (kind: string): readonly string[] => {
    const found: string[] = []
    const walk = (code: KubernetesSchema['kinds'][number][2] | unknown, path: readonly string[]): void => {
      if (Array.isArray(code)) walk(code[0], path)
      const type = typeof code === 'number' && path.length < 6 ? schema.types[code] : undefined
      for (const [name, field] of Object.entries(type?.f ?? {})) {
        if (type?.newer?.includes(name)) found.push([...path, name].join('.'))
        walk(field, [...path, name])
      }
    }
    walk(schema.kinds.find(([name]) => name === kind)?.[2], [])
    return found
  }
  for (const [kind, names] of newerNames) expect(newerIn(kind)).toContain(names)
  // And of what our tables name, none is forgotten.
  const known = new Set(newerNames.map(([kind, names]) => `${kind} ${names}`))
  const own = /^(spec(\.template\.spec)?\.(\w+|containers\.\w+)|endpoints\.hints\.\w+)$/
  for (const kind of ['Pod', 'Deployment', 'EndpointSlice', 'Service', 'ConfigMap', 'Namespace'])
    for (const names of newerIn(kind).filter((one) => own.test(one))) expect(known).toContain(`${kind} ${names}`)
})
