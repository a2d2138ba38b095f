import { expect, test } from 'vitest'
import { build, probe } from '../explain.ts'
import { wroteBy } from './wrote.ts'

const text = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
    - name: http
      port: 80
      targetPort: 8080
      nodePort: 31080
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: nginx
          ports:
            - containerPort: 8080
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: c, image: curl}]}
`
const world = build([{ name: 'a.yaml', text }], { wants: { everything: true, dns: true } })
/** The number of a line by its text. */
const line = (part: string): number => text.split('\n').findIndex((l) => l.includes(part)) + 1
const wrote = (part: string) => wroteBy(world, 'a.yaml', line(part))

test('a port wrote the rules that ask for it, on every node, and those of the chains behind them', () => {
  const { of, items, reading } = wrote('  port: 80')
  expect(of.map((o) => `${o.object} ${o.path}`)).toEqual(['Service default/web spec.ports[0].port'])
  expect(reading).toBe('done')
  const nodes = world.cluster.nodes.map((n) => n.meta.name)
  for (const node of nodes)
    expect(items.filter((i) => i.netns === node).map((i) => i.text)).toContainEqual(
      expect.stringMatching(/^-A KUBE-SERVICES -d .* --dport 80 -j KUBE-SVC-/),
    )
  expect(items.every((i) => i.kind === 'rule')).toBe(true)
  expect(items.some((i) => i.text.includes('31080'))).toBe(false)
})

test('a node port has rules of its own', () => {
  const { items } = wrote('nodePort: 31080')
  expect(new Set(items.map((i) => i.what))).toContain('nat KUBE-NODEPORTS')
  expect(items.filter((i) => i.what === 'nat KUBE-NODEPORTS').every((i) => i.text.includes('--dport 31080'))).toBe(true)
})

test.each([
  ['app: web', 'spec.selector'],
  ['  selector:', 'spec.selector'],
  ['kind: Service', ''],
  ['name: web', ''],
  ['containerPort: 8080', 'spec.template.spec.containers[0].ports[0]'],
  ['image: nginx', 'spec.template'],
])('the line "%s" stands for the field "%s"', (part, path) => {
  const { of, items } = wrote(part)
  expect(of.map((o) => o.path)).toEqual([path])
  expect(items.length).toBeGreaterThan(0)
})

test('a Deployment wrote the endpoints, and its Pods their devices, routes and listeners', () => {
  const { counts } = wrote('kind: Deployment')
  expect(new Set(counts.map((c) => c.kind))).toEqual(new Set(['rule', 'link', 'route', 'fdb', 'listener']))
})

test('borders, empty lines and lines beyond the end wrote nothing', () => {
  for (const n of [line('---'), text.split('\n').length, 0, 9999]) expect(wroteBy(world, 'a.yaml', n)).toMatchObject({ of: [], items: [] })
  expect(wroteBy(world, 'nowhere.yaml', 1).items).toEqual([])
})

test('made-up objects wrote things too', () => {
  const at = world.defaults.split('\n').findIndex((l) => l.includes('kind: Node')) + 1
  expect(wroteBy(world, 'defaults.yaml', at).counts.length).toBeGreaterThan(0)
})

test('it is the other way round of "comes from": each rule of a walk is among what its lines wrote', () => {
  const probed = probe(world, { from: 'default/client', to: 'http://web/' }, { seed: 1 })
  if (!('journeys' in probed)) throw new Error('the question was not asked')
  const { list } = world.cluster.causes
  let checked = 0
  for (const event of probed.journeys.flatMap((j) => j.events)) {
    if (event.kind !== 'rule' || event.because === undefined) continue
    for (const from of list[event.because]?.from ?? []) {
      const what = list[from]?.what
      if (what?.kind !== 'manifest' || what.file !== 'a.yaml') continue
      const at = text.slice(0, what.offset).split('\n').length
      expect(wroteBy(world, 'a.yaml', at).items.map((i) => i.text)).toContain(event.text)
      checked += 1
    }
  }
  expect(checked).toBeGreaterThan(0)
})

test('three hundred Services are read piece by piece, and nothing is lost', () => {
  const many = `${text}---\napiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: {name: l}\nspec: {v: 1, generate: [{services: 300, endpoints: 2, namespace: default}]}\n`
  const large = build([{ name: 'a.yaml', text: many }], { wants: { everything: true, dns: true } })
  const ask = () => wroteBy(large, 'a.yaml', line('  port: 80'))
  let rounds = 1
  let last = ask()
  expect(last.reading).toBe('on')
  for (; last.reading === 'on' && rounds < 200; rounds++) last = ask()
  expect(last.reading).toBe('done')
  expect(last.items.map((i) => i.text)).toEqual(wrote('  port: 80').items.map((i) => i.text))
})

const inMode = (proxy: string) => build([{ name: 'a.yaml', text }], { wants: { everything: true, dns: true }, proxy })

test('in nftables mode a port wrote elements of maps and the rules of the chains that they lead to', () => {
  const { items, reading } = wroteBy(inMode('nftables'), 'a.yaml', line('  port: 80'))
  expect(reading).toBe('done')
  const texts = items.map((i) => `${i.kind} ${i.what}: ${i.text}`)
  expect(texts).toContainEqual(expect.stringMatching(/^element ip kube-proxy service-ips: 10\.\S+ \. tcp \. 80 : goto service-\S+\/http$/))
  expect(texts).toContainEqual(expect.stringMatching(/^rule ip kube-proxy service-\S+: numgen random mod 2 vmap /))
  const target = wroteBy(inMode('nftables'), 'a.yaml', line('targetPort: 8080')).items.map((i) => i.text)
  expect(target).toContainEqual(expect.stringMatching(/^meta l4proto tcp dnat to 10\.\S+:8080$/))
})

test('in IPVS mode it wrote elements of sets and servers', () => {
  const { items } = wroteBy(inMode('ipvs'), 'a.yaml', line('  port: 80'))
  const texts = items.map((i) => `${i.kind} ${i.what}: ${i.text}`)
  expect(texts).toContainEqual(expect.stringMatching(/^element ipset KUBE-CLUSTER-IP: \S+,tcp:80$/))
  expect(texts).toContainEqual(expect.stringMatching(/^server virtual: TCP \S+:80 rr$/))
  expect(wroteBy(inMode('ipvs'), 'a.yaml', line('nodePort: 31080')).items.some((i) => i.text === '31080')).toBe(true)
})
