import { expect, test } from 'vitest'
import { client, pod, service, together, twoNodes } from '../../testing/stories/lab.ts'
import { newDesk } from '../desk.ts'
import { answer } from '../main.ts'

const LAB = together(
  twoNodes,
  client,
  pod({ name: 'web', node: 'node-2', ip: '10.244.2.5', port: 8080 }),
  service({ name: 'web', ip: '10.96.0.50', app: 'web' }),
  service({ name: 'gone', ip: '10.96.0.51', app: 'nobody' }),
  'apiVersion: v1\nkind: Service\nmetadata: {name: less}\nspec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}\n',
)
const run = (...argv: readonly string[]) =>
  answer(
    ['matrix', '-', ...argv],
    newDesk(() => new TextEncoder().encode(LAB)),
  )

test('every Pod asks every Pod and Service; what has no address has no column', () => {
  expect(JSON.parse(run('--json').stdout)).toEqual({
    sources: ['default/client', 'default/web'],
    targets: ['default/web', 'default/gone', 'default/client', 'default/web'],
    cells: [
      ['ok', 'refused', 'refused', 'ok'],
      ['ok', 'refused', 'refused', 'ok'],
    ],
  })
})

test('one port and protocol for all', () => {
  expect(JSON.parse(run('--json', '--to', 'pods', '--port', '8080/udp').stdout)).toMatchObject({
    targets: ['default/client', 'default/web'],
    cells: [
      ['refused', 'refused'],
      ['refused', 'refused'],
    ],
  })
  expect(JSON.parse(run('--json', '--to', 'services', '--port', '80').stdout).cells).toEqual([
    ['ok', 'refused'],
    ['ok', 'refused'],
  ])
})

test('as text: a dot where it connects, a dash where it is refused, and what is behind each of the others', () => {
  expect(run('--to', 'services').stdout).toBe(
    [
      '               1 2',
      'default/client . -',
      'default/web    . -',
      '',
      '1 default/web tcp://10.96.0.50:80',
      '2 default/gone tcp://10.96.0.51:80',
      '',
      'default/client → default/gone: refused, node-1 forward, -A KUBE-SERVICES -d 10.96.0.51/32 -p tcp -m comment --comment "default/gone has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable',
      'default/web → default/gone: refused, node-2 forward, -A KUBE-SERVICES -d 10.96.0.51/32 -p tcp -m comment --comment "default/gone has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable',
      '',
    ].join('\n'),
  )
})

test.each([
  [['--to', 'nodes'], '--to nodes: not one of services, pods, all'],
  [['--port', '80/icmp'], '--port 80/icmp: not one of N/TCP, N/UDP, N/SCTP'],
  [['--port', '0'], '--port 0: not one of'],
])('%j', (argv, words) => {
  const { code, stdout, stderr } = run(...argv)
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toContain(words)
})
