import { expect, test } from 'vitest'
import { explain } from '../../src/explain.ts'
import type { SourceFile } from '../../src/manifest/object.ts'
import { nextCommands } from '../engine/words.ts'
import { labFiles } from '../learn/labs/list.ts'
import { quickLabs } from '../learn/labs/quick.ts'

const ask = (files: readonly SourceFile[], from?: string, to?: string) =>
  explain({ v: 1, files, seed: 1, ...(from === undefined || to === undefined ? {} : { probe: { from, to } }) }).answer

const lab = (slug: string, edit: (text: string) => string = (t) => t): readonly SourceFile[] =>
  (labFiles(slug) ?? []).map(({ name, text }) => ({ name, text: edit(text) }))

test('a Service without endpoints: its slices, by name, and the labels of its namespace', () => {
  expect(nextCommands(ask(lab('no-endpoints')))).toEqual([
    'kubectl -n default get endpointslices -l kubernetes.io/service-name=nginx-service',
    'kubectl -n default get pods --show-labels',
  ])
})

test('a wrong port: the Service, and what listens in the Pod that refused', () => {
  const answer = ask(lab('clusterip-same-node', (text) => text.replace('targetPort: 8080', 'targetPort: 4321')))
  const pod = answer.walk?.outcome.where?.netns.split('/')[1]
  expect(pod).toMatch(/^nginx-/)
  expect(nextCommands(answer)).toEqual(['kubectl -n default get svc nginx-service -o yaml', `kubectl -n default exec ${pod} -- ss -ltn`])
})

test('a name that does not resolve: the resolv.conf of the Pod that asked; on a machine outside, its own', () => {
  expect(nextCommands(ask(lab('clusterip-same-node'), 'default/client', 'http://nobody/'))).toEqual([
    'kubectl -n default exec client -- cat /etc/resolv.conf',
    'kubectl get svc -A',
  ])
  expect(nextCommands(ask(lab('nodeport'), 'host/client', 'http://nobody/'))).toEqual(['cat /etc/resolv.conf', 'kubectl get svc -A'])
})

test('no answer: the address that was asked for', () => {
  const answer = ask(lab('nodeport'), 'host/client', 'http://10.244.2.77:8080/')
  expect(answer.walk?.outcome.kind).not.toBe('ok')
  expect(nextCommands(answer)).toContain('ip route get 10.244.2.77')
})

test('no command of any lab has a place left open', () => {
  for (const { slug } of quickLabs) {
    for (const to of [undefined, 'http://nobody/', 'http://10.244.9.9/', 'http://192.168.10.12:31999/']) {
      const answer = ask(lab(slug), to === undefined ? undefined : 'node/node-1', to)
      for (const command of nextCommands(answer)) expect(command).not.toMatch(/\b(POD|NAME|ADDRESS|undefined)\b/)
    }
  }
})
