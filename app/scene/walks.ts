// For tests only: the eight paths, as answers.
import type { Answer, Stage } from '../../src/answer.ts'
import { stageOf } from './fixture-stage.ts'
import { answerOf, flow, type Packet } from './fixtures.ts'

export const client = 'default/client'
export const web = 'default/nginx-5d59d67564-wfw84'
export const dns = 'kube-system/coredns-7c65d6cfc9-x2m4k'
const vip = ['10.96.100.5', 80] as const
const there = ['10.244.2.2', 8080] as const
const me = ['10.244.1.2', 40312] as const

export const two = (): Stage =>
  stageOf(2, [
    [1, client],
    [1, dns],
    [1, 'default/cart-6f7b8c9d-aaaaa'],
    [2, web],
    [2, 'default/nginx-5d59d67564-zr9xx'],
  ])

export const toOtherNode = (phase: Packet['phase'], flags: Parameters<typeof flow>[2]): Packet => ({
  phase,
  flow: flow(me, vip, flags),
  go: (w) => {
    w.process(client, 'curl')
    w.route(client, 'eth0')
    w.leave(client, 'node-1')
    w.up('node-1', () => {
      w.rule('node-1', 'prerouting', 'nat', 'PREROUTING', 'KUBE-SERVICES')
      w.rule('node-1', 'prerouting', 'nat', 'KUBE-SERVICES', 'KUBE-SVC-ABC')
      w.nat('node-1', 'prerouting', 'dst', there)
    })
    w.forward('node-1', 'flannel.1')
    w.tunnel('node-1', 'node-2')
    w.hook('node-2', 'prerouting')
    w.forward('node-2', 'cni0')
    w.down('node-2', web)
  },
})

export const fromOtherNode = (phase: Packet['phase'], flags: Parameters<typeof flow>[2]): Packet => ({
  phase,
  flow: flow(there, me, flags, 'reply'),
  parent: { journey: 0, as: 'reply' },
  go: (w) => {
    w.process(web, 'nginx')
    w.route(web, 'eth0')
    w.leave(web, 'node-2')
    w.up('node-2', () => {})
    w.forward('node-2', 'flannel.1')
    w.tunnel('node-2', 'node-1')
    w.hook('node-1', 'prerouting')
    w.forward('node-1', 'cni0', () => w.nat('node-1', 'postrouting', 'src', vip, true))
    w.down('node-1', client)
  },
})

const lookUp = (reply: boolean): Packet => ({
  phase: 'dns',
  flow: reply ? flow(['10.244.1.3', 53], me, [], 'reply', 'udp') : flow(me, ['10.96.0.10', 53], [], 'original', 'udp'),
  ...(reply ? { parent: { journey: 0, as: 'reply' as const } } : {}),
  go: (w) => {
    const [from, to] = reply ? [dns, client] : [client, dns]
    w.process(from, reply ? 'coredns' : 'curl')
    w.route(from, 'eth0')
    w.leave(from, 'node-1')
    w.hook('node-1', 'prerouting', () => {
      if (!reply) w.nat('node-1', 'prerouting', 'dst', ['10.244.1.3', 53])
    })
    w.across('node-1', from, to, () => {
      if (reply) w.nat('node-1', 'postrouting', 'src', ['10.96.0.10', 53], true)
    })
  },
})

export const otherNode = (): Answer =>
  answerOf(two(), [
    lookUp(false),
    lookUp(true),
    toOtherNode('connect', ['S']),
    fromOtherNode('connect', ['S', 'A']),
    toOtherNode('connect', ['A']),
    toOtherNode('request', ['P', 'A']),
    fromOtherNode('reply', ['P', 'A']),
  ])

export const sameNode = (): Answer => answerOf(two(), [lookUp(false), lookUp(true)])

export const hairpin = (): Answer =>
  answerOf(two(), [
    {
      phase: 'connect',
      flow: flow(me, vip),
      go: (w) => {
        w.process(client, 'curl')
        w.leave(client, 'node-1')
        w.hook('node-1', 'prerouting', () => w.nat('node-1', 'prerouting', 'dst', ['10.244.1.2', 8080]))
        w.device('node-1', 'cni0', 'tx')
        w.across('node-1', client, client, () => w.nat('node-1', 'postrouting', 'src', ['10.244.1.1', 28745]))
      },
    },
  ])

export const nodePort = (): Answer =>
  answerOf(
    stageOf(
      3,
      [
        [1, 'shop/coredns'],
        [2, web],
        [3, 'shop/cart'],
      ],
      ['host/client'],
    ),
    [
      {
        phase: 'connect',
        flow: flow(['192.168.10.100', 51514], ['192.168.10.11', 31080]),
        go: (w) => {
          w.process('host/client', 'curl')
          w.hook('host/client', 'output')
          w.wire('host/client', 'node-1')
          w.hook('node-1', 'prerouting', () => w.nat('node-1', 'prerouting', 'dst', there))
          w.forward('node-1', 'flannel.1', () => w.nat('node-1', 'postrouting', 'src', ['10.244.1.0', 28745]))
          w.tunnel('node-1', 'node-2')
          w.hook('node-2', 'prerouting')
          w.forward('node-2', 'cni0')
          w.down('node-2', web)
        },
      },
      {
        phase: 'connect',
        flow: flow(there, ['10.244.1.0', 28745], ['S', 'A'], 'reply'),
        parent: { journey: 0, as: 'reply' },
        go: (w) => {
          w.process(web, 'nginx')
          w.leave(web, 'node-2')
          w.up('node-2', () => {})
          w.forward('node-2', 'flannel.1')
          w.tunnel('node-2', 'node-1')
          w.hook('node-1', 'prerouting', () => w.nat('node-1', 'prerouting', 'dst', ['192.168.10.100', 51514], true))
          w.forward('node-1', 'eth0', () => w.nat('node-1', 'postrouting', 'src', ['192.168.10.11', 31080], true))
          w.wire('node-1', 'host/client')
          w.arrive('host/client')
        },
      },
    ],
  )

export const toOutside = (): Answer =>
  answerOf(
    stageOf(
      1,
      [
        [1, client],
        [1, web],
      ],
      ['host/server'],
    ),
    [
      {
        phase: 'connect',
        flow: flow(me, ['192.168.10.100', 9000]),
        go: (w) => {
          w.process(client, 'curl')
          w.leave(client, 'node-1')
          w.up('node-1', () => {})
          w.forward('node-1', 'eth0', () => w.nat('node-1', 'postrouting', 'src', ['192.168.10.11', 40001]))
          w.wire('node-1', 'host/server')
          w.arrive('host/server')
        },
      },
    ],
  )

export const noEndpoints = (): Answer =>
  answerOf(
    two(),
    [
      {
        phase: 'connect',
        flow: flow(me, vip),
        ending: {
          kind: 'rejected',
          reply: 'icmp-port-unreachable',
          rule: { netns: 'node-1', family: 4, table: 'filter', chain: 'KUBE-SERVICES', index: 0, generation: 1 },
        },
        go: (w) => {
          w.process(client, 'curl')
          w.leave(client, 'node-1')
          w.up('node-1', () => {})
          w.route('node-1', 'eth0')
          const at = { netns: 'node-1', hook: 'forward' as const }
          w.say(at, { kind: 'hook' }, true)
          w.rule('node-1', 'forward', 'filter', 'KUBE-SERVICES', 'REJECT')
          w.say(at, { kind: 'drop', reason: 'rule' }, true)
          w.say(at, { kind: 'hook-end', verdict: 'drop' }, true)
        },
      },
      {
        phase: 'error',
        flow: flow(['10.244.1.1', 0], ['10.244.1.2', 0], [], 'reply', 'icmp'),
        parent: { journey: 0, as: 'icmp-error' },
        go: (w) => {
          w.say({ netns: 'node-1' }, { kind: 'icmp-error', type: 3, code: 3, name: 'port-unreachable' })
          w.hook('node-1', 'output')
          w.hook('node-1', 'postrouting')
          w.down('node-1', client)
        },
      },
    ],
    'refused',
  )

export const fromNode = (): Answer =>
  answerOf(two(), [
    {
      phase: 'connect',
      flow: flow(['192.168.10.11', 40001], vip),
      go: (w) => {
        w.process('node-1', 'curl')
        w.route('node-1', 'eth0')
        w.hook('node-1', 'output', () => w.nat('node-1', 'output', 'dst', there))
        w.hook('node-1', 'postrouting', () => w.nat('node-1', 'postrouting', 'src', ['10.244.1.0', 28745]))
        w.tunnel('node-1', 'node-2')
        w.hook('node-2', 'prerouting')
        w.forward('node-2', 'cni0')
        w.down('node-2', web)
      },
    },
    {
      phase: 'connect',
      flow: flow(there, ['10.244.1.0', 28745], ['S', 'A'], 'reply'),
      parent: { journey: 0, as: 'reply' },
      go: (w) => {
        w.process(web, 'nginx')
        w.leave(web, 'node-2')
        w.up('node-2', () => {})
        w.forward('node-2', 'flannel.1')
        w.tunnel('node-2', 'node-1')
        w.hook('node-1', 'prerouting', () => w.nat('node-1', 'prerouting', 'dst', ['192.168.10.11', 40001], true))
        w.route('node-1', 'lo')
        w.hook('node-1', 'input', () => w.nat('node-1', 'input', 'src', vip, true))
        w.say({ netns: 'node-1' }, { kind: 'socket', what: 'receive' })
        w.say({ netns: 'node-1' }, { kind: 'process', process: 'curl', what: 'reads' })
      },
    },
  ])

/** The ordinary paths. */
export const ordinary: Readonly<Record<string, () => Answer>> = { otherNode, sameNode, hairpin, nodePort, toOutside, noEndpoints, fromNode }
