import { describe, expect, it } from 'vitest'
import { behind } from '../trace/cause.ts'
import { probe } from './probe.ts'
import { processFor } from './processes.ts'
import { build } from './world.ts'

const text = `
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop}
spec: {nodeName: node-1, containers: [{name: curl, image: curlimages/curl}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, labels: {app: web}}
spec: {nodeName: node-2, containers: [{name: nginx, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: lab}
spec:
  pods: [{name: shop/web-*, answers: welcome}]
  hosts:
    - {name: world, addresses: [192.168.56.200], listen: [53/UDP, 80], dns: [{name: www.example.org, type: A, value: 192.168.56.200}]}
`
const world = build([{ name: 'a.yaml', text }], { wants: { everything: false, dns: true } })
const ask = (to: string) => probe(world, { from: 'shop/client', to }, { seed: 1 })

describe('programs behind listeners', () => {
  it('knows Pods, machines outside and nobody', () => {
    const { cluster } = world
    expect(processFor(cluster, 'shop/web-1', 'shop/web-1/nginx')?.name).toBe('shop/web-1/nginx')
    expect(processFor(cluster, 'host/world', 'host/world/server')?.name).toBe('host/world/server')
    expect(processFor(cluster, 'host/nobody', 'host/nobody/server')).toBeUndefined()
    expect(processFor(cluster, 'shop/web-1', 'shop/gone/nginx')).toBeUndefined()
  })
})

describe('by name', () => {
  it('a Service: two queries to the DNS Service, then the Pod', () => {
    const { outcome, result, journeys } = ask('http://web/')
    expect(outcome).toMatchObject({ kind: 'ok', status: 200, backend: 'shop/web-1' })
    expect(result?.lookup?.queries.map((q) => [q.name, q.type, q.rcode])).toEqual([
      ['web.shop.svc.cluster.local.', 'A', 'NOERROR'],
      ['web.shop.svc.cluster.local.', 'AAAA', 'NOERROR'],
    ])
    expect(journeys.filter((j) => j.phase === 'dns').length).toBe(4)
    expect(result?.answer).toMatchObject({ body: expect.stringContaining('welcome') })
    // Each answer leads back to the line of the manifest that it is made of.
    const record = journeys.flatMap((j) => j.events).find((e) => e.kind === 'dns' && e.because !== undefined)
    const { list } = world.cluster.causes
    expect(behind(list, record?.because ?? 0).map((id) => list[id]?.what)).toContainEqual(
      expect.objectContaining({ object: 'Service shop/web' }),
    )
  })
  it('a name of the world: CoreDNS asks the resolver outside, from its Pod', () => {
    const { outcome, result, journeys } = ask('http://www.example.org./')
    expect(outcome).toMatchObject({ kind: 'ok', backend: 'host/world', resolved: ['192.168.56.200'] })
    expect(result?.lookup?.queries.map((q) => q.answers)).toEqual([['www.example.org. 30 IN A 192.168.56.200'], []])
    expect(journeys.some((j) => j.phase === 'dns' && j.ending.kind === 'delivered' && j.ending.to === 'host/world/server')).toBe(true)
  })
  it('a name that nobody knows', () => {
    expect(ask('http://nosuch.').outcome).toMatchObject({ kind: 'dns-error', errno: 'EAI_NONAME' })
  })
  it('the name of an address needs no query', () => {
    expect(ask('http://10.244.99.1.').problems).toMatchObject([{ code: 'target-host' }])
    expect(ask('tcp://192.168.56.200:80').journeys.every((j) => j.phase !== 'dns')).toBe(true)
  })
})
