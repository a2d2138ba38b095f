import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { explain } from '../explain.ts'

const folder = new URL('./pasted/tutorials/', import.meta.url)
const text = (name: string): string => readFileSync(new URL(name, folder), 'utf8')

/** A file in the shape of what tutorials show, written for this test; one probe; and every line that the page would say of it. */
interface Tutorial {
  readonly objects: number
  /** `LINE FIELD SEVERITY CODE` */
  readonly told: readonly string[]
  readonly ask: readonly [from: string, to: string, outcome: string]
}

const tutorials: Readonly<Record<string, Tutorial>> = {
  'guestbook.yaml': {
    objects: 6,
    told: ['86 spec.type hint no-load-balancer'],
    ask: ['default/frontend-*', 'tcp://redis-follower:6379', 'ok'],
  },
  'three-tier-shop.yaml': {
    objects: 7,
    told: [
      '48 spec.selector warning no-endpoints',
      '49 spec.selector.app hint selector-near',
      '67 metadata.namespace hint selector-namespace',
      '69 spec.selector warning no-endpoints',
    ],
    ask: ['shop/web-*', 'http://api:8080/', 'refused'],
  },
  'statefulset.yaml': { objects: 2, told: [], ask: ['default/mysql-0', 'tcp://mysql-1.mysql:3306', 'ok'] },
  'sidecar.yaml': {
    objects: 2,
    told: ['38 spec.ports[1].targetPort warning no-such-port-name', '38 spec.ports[1].targetPort hint port-name-near'],
    // A Pod's own /etc/hosts knows its bare name: http://app/ would not leave it.
    ask: ['default/app', 'http://app.default/', 'ok'],
  },
  'jobs.yaml': {
    objects: 4,
    told: ['3 kind hint kind-not-modelled', '17 kind hint kind-not-modelled'],
    ask: ['default/store-*', 'http://store/', 'ok'],
  },
  'nginx-configmap.yaml': {
    objects: 3,
    told: ['18 spec.replicas error type-unquote', '46 spec.selector warning no-endpoints'],
    ask: ['default/nginx-*', 'http://nginx/', 'none'],
  },
  'ingress.yaml': {
    objects: 5,
    told: ['38 spec.ports[0].targetPort warning nobody-listens'],
    ask: ['default/home-*', 'http://cart/', 'refused'],
  },
  'nodeport.yaml': { objects: 2, told: ['25 spec.ports[0].nodePort error api'], ask: ['default/hello', 'http://hello:8080/', 'none'] },
  'helm.yaml': { objects: 4, told: [], ask: ['default/release-name-web-test-connection', 'http://release-name-web/', 'ok'] },
  'list.yaml': { objects: 2, told: ['72 spec.selector warning none-ready'], ask: ['default/web-*', 'http://web/', 'refused'] },
}

test('every file of the folder is in the table', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(tutorials).sort())
})

describe.each(Object.entries(tutorials))('%s', (name, { objects, told, ask: [from, to, outcome] }) => {
  const files = [{ name, text: text(name) }]
  const plain = explain({ v: 1, files, seed: 1 }).answer

  test('what is said of it: the line, the field, how bad', () => {
    const said = plain.problems.map(({ where, severity, code }) => `${where?.line} ${where?.field} ${severity} ${code}`)
    expect(said.sort()).toEqual([...told].sort())
    if (!told.some((line) => line.includes(' error '))) expect(plain.summary.objects).toBe(objects)
  })

  test('what comes of a question', () => {
    const pod = plain.stage?.netns.find(({ name: one }) => (from.endsWith('*') ? one.startsWith(from.slice(0, -1)) : one === from))
    const { answer } = explain({ v: 1, files, seed: 1, probe: { from: pod?.name ?? from, to } })
    expect(answer.walk?.outcome.kind ?? 'none').toBe(outcome)
  })
})
