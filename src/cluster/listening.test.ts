import { describe, expect, test } from 'vitest'
import { readManifests } from '../manifest/read.ts'
import { imageName } from './data/images.ts'
import { parseListen } from './listening.ts'
import { settle } from './settle.ts'

function lab(text: string) {
  const { objects, problems } = readManifests([{ name: 'lab.yaml', text }])
  const settled = settle(objects, { wants: { everything: false, dns: false } })
  return { ...settled, problems: [...problems, ...settled.problems] }
}
const pod = (containers: string, status = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec: {containers: ${containers}}\n${status === '' ? '' : `status: ${status}\n`}---\n`
const service = (ports: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: ${ports}}\n---\n`
const rule = (fields: string) =>
  `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: {name: l}\nspec: {pods: [{name: default/we*, ${fields}}]}\n---\n`
const listens = (text: string) => lab(text).cluster.pods[0]?.listens.map((one) => `${one.process} ${one.port}/${one.proto}`)
const codes = (text: string) => lab(text).problems.map((one) => `${one.severity} ${one.code} ${one.where?.field}`)

describe('listening', () => {
  test.each([
    [
      'declared ports, of all containers',
      pod('[{name: a, image: nginx, ports: [{containerPort: 8080}, {containerPort: 53, protocol: UDP}]}, {name: b, image: redis}]'),
      ['a 8080/tcp', 'a 53/udp', 'b 6379/tcp'],
    ],
    ['a known image', pod('[{name: a, image: "docker.io/library/httpd:2.4"}]'), ['a 80/tcp']],
    ['an unknown image', pod('[{name: a, image: busybox}]'), []],
    ['the Lab before all', pod('[{name: a, image: nginx}]') + rule('listen: [9000, 53/UDP]'), ['a 9000/tcp', 'a 53/udp']],
    ['on nothing, if the Lab says so', pod('[{name: a, image: nginx}]') + rule('listen: []'), []],
  ])('%s', (_, text, expected) => expect(listens(text)).toEqual(expected))

  test.each([
    ['8080', { port: 8080, proto: 'tcp' }],
    ['53/UDP', { port: 53, proto: 'udp' }],
    ['9/sctp', { port: 9, proto: 'sctp' }],
    ['0', undefined],
    ['65536', undefined],
    ['80/icmp', undefined],
  ])('%s', (text, expected) => expect(parseListen(text)).toEqual(expected))

  test.each([
    ['nginx', 'nginx'],
    ['registry:5000/a/redis:7@sha256:00', 'redis'],
    ['docker.io/library/postgres:16-alpine', 'postgres'],
  ])('%s', (image, name) => expect(imageName(image)).toBe(name))
})

describe('readiness', () => {
  const probe = (port: string) =>
    `[{name: a, image: x, ports: [{name: http, containerPort: 8080}], readinessProbe: {httpGet: {path: /, port: ${port}}}}]`
  test.each([
    ['no probe', pod('[{name: a, image: nginx}]'), true],
    ['a probe that is answered', pod(probe('8080')), true],
    ['a named port', pod(probe('http')), true],
    ['a probe at nobody', pod(probe('9090')), false],
    ['a name that no port has', pod(probe('web')), false],
    ['a command', pod('[{name: a, image: x, readinessProbe: {exec: {command: [a]}}}]'), true],
    ['the status', pod('[{name: a, image: nginx}]', '{podIP: 10.244.0.9, conditions: [{type: Ready, status: "False"}]}'), false],
    ['the Lab', pod('[{name: a, image: nginx}]') + rule('ready: false'), false],
    [
      'the Lab before the status',
      pod('[{name: a, image: nginx}]', '{podIP: 10.244.0.9, conditions: [{type: Ready, status: "False"}]}') + rule('ready: true'),
      true,
    ],
  ])('%s', (_, text, ready) => expect(lab(text).cluster.pods[0]?.ready).toBe(ready))

  test('a probe at nobody is a warning at the probe', () => {
    expect(codes(pod(probe('9090')))).toEqual(['warning probe-without-listener spec.containers[0].readinessProbe'])
  })
})

describe('hints for Services', () => {
  const http = pod('[{name: a, image: x, ports: [{name: http, containerPort: 8080}]}]')
  test.each([
    ['fine', `${service('[{port: 80, targetPort: 8080}]')}${http}`, []],
    ['nobody there', `${service('[{port: 80, targetPort: 8888}]')}${http}`, ['warning nobody-listens spec.ports[0].targetPort']],
    ['targetPort left out', `${service('[{port: 80}]')}${http}`, ['warning nobody-listens spec.ports[0].port']],
    [
      'no such name',
      `${service('[{port: 80, targetPort: htpp}]')}${http}`,
      ['warning no-such-port-name spec.ports[0].targetPort', 'hint port-name-near spec.ports[0].targetPort'],
    ],
    [
      'another protocol',
      `${service('[{port: 80, protocol: UDP, targetPort: http}]')}${http}`,
      ['warning port-protocol spec.ports[0].targetPort'],
    ],
    ['an unknown image', `${service('[{port: 80}]')}${pod('[{name: a, image: busybox}]')}`, ['hint listens-on-nothing spec.containers[0]']],
  ])('%s', (_, text, expected) => expect(codes(text)).toEqual(expected))
})
