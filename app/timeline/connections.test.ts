import { describe, expect, it } from 'vitest'
import { explain } from '../../src/explain.ts'
import { view } from '../../src/view.ts'
import { connectionNumbered } from '../panels/more/ends.ts'
import { beatsOf, phases } from './beats.ts'
import { connectionsOf } from './connections.ts'

const LAB = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: cafe}
spec:
  ingressClassName: nginx
  rules:
    - host: cafe.example.com
      http: {paths: [{path: /tea, pathType: Prefix, backend: {service: {name: tea, port: {number: 80}}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: tea}
spec: {selector: {app: tea}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: tea, labels: {app: tea}}
spec: {nodeName: node-2, containers: [{name: tea, image: tea, ports: [{containerPort: 8080}]}]}
`
const asked = (to: string) => explain({ v: 1, files: [{ name: 'lab.yaml', text: LAB }], seed: 1, probe: { from: 'host/client', to } })

describe('a walk through a proxy', () => {
  const { answer, world } = asked('http://cafe.example.com:30080/tea/black')
  const numbers = connectionsOf(answer)
  it('is two connections, and every packet belongs to one', () => {
    expect(answer.walk?.outcome).toMatchObject({ kind: 'ok', backend: 'default/tea', route: { service: 'tea' } })
    expect([...new Set(numbers)].sort()).toEqual([0, 1, 2])
    answer.walk?.journeys.forEach((j, i) => {
      expect(numbers?.[i] === 0).toBe(j.phase === 'dns')
    })
    const bands = phases(beatsOf(answer)).filter((b) => b.phase !== 'dns')
    expect([...new Set(bands.map((b) => `${b.phase} ${b.conn}`))]).toEqual([
      'connect 1',
      'request 1',
      'connect 2',
      'request 2',
      'reply 2',
      'reply 1',
    ])
  })
  it('each end believes in its own peer: NAT lies between client and controller, nothing between controller and Pod', () => {
    const [one, two] = [1, 2].map((n) => connectionNumbered(answer, n))
    expect(one?.client.peer).toMatch(/:30080$/)
    expect(one?.server?.local).toMatch(/:80$/)
    expect(one?.server?.peer).not.toBe(one?.client.local)
    expect(two?.client.peer).toBe(two?.server?.local)
    expect(two?.server?.peer).toBe(two?.client.local)
    expect(two?.forwarded).toBe(one?.server?.peer.replace(/:\d+$/, ''))
  })
  it('the table of the proxy says which location won and why the others lost', () => {
    const event = answer.walk?.journeys.flatMap((j) => j.events).find((e) => e.kind === 'process' && e.route)
    const shown = view(world, { kind: 'routes', journey: event?.journey ?? 0, seq: event?.seq ?? 0 }, { world, answer })
    expect(shown.kind === 'routes' && shown.rows.map((r) => [r.server, r.text, r.fate])).toEqual([
      ['cafe.example.com', 'location "/tea/"', 'won'],
      ['cafe.example.com', 'location = "/tea"', 'path'],
      ['cafe.example.com', 'location "/"', 'shorter'],
      ['_', 'location "/"', 'other-host'],
    ])
  })
})

it('a walk without a proxy has one connection, which needs no number', () => {
  const { answer } = asked('http://tea/')
  expect(connectionsOf(answer)).toBeUndefined()
  expect(beatsOf(answer).some((b) => b.conn !== undefined)).toBe(false)
})
