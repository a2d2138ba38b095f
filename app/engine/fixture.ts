// Development only: a plausible answer until the worker answers. Deleted with the first real one.
import type { Answer, Question, StageDevice, StageNetns } from '../../src/answer.ts'
import type { Ip, Mac } from '../../src/net/ip.ts'
import type { Message } from '../../src/net/message.ts'
import type { Header, Packet, TcpFlag } from '../../src/net/packet.ts'
import type { Cause } from '../../src/trace/cause.ts'
import type { At, CtView, Hook, Skb, Subject, TraceEvent } from '../../src/trace/event.ts'
import type { Journey, Phase } from '../../src/trace/journey.ts'

const ip = (t: string): Ip => t as Ip
const mac = (t: string): Mac => t as Mac

type Loose = { [key: string]: unknown; kind: TraceEvent['kind'] }

interface Flow {
  readonly id: number
  readonly phase: Phase
  readonly proto: 'tcp' | 'udp'
  readonly flags: readonly TcpFlag[]
  readonly message?: Message
}

const A = {
  client: '10.244.1.2',
  vip: '10.96.100.5',
  pod: '10.244.2.7',
  n1: '192.168.10.11',
  n2: '192.168.10.12',
  dnsVip: '10.96.0.10',
  dns: '10.244.1.3',
}

let seq = 0

const packet = (
  src: string,
  sport: number,
  dst: string,
  dport: number,
  ttl: number,
  flow: Flow,
  link?: readonly [string, string],
  outer?: boolean,
): Packet => {
  const headers: Header[] = []
  if (outer) {
    headers.push({ kind: 'eth', src: mac('52:54:00:00:00:0b'), dst: mac('52:54:00:00:00:0c') })
    headers.push({
      kind: 'ip',
      family: 4,
      src: ip(flow.phase === 'reply' ? A.n2 : A.n1),
      dst: ip(flow.phase === 'reply' ? A.n1 : A.n2),
      ttl: 64,
      proto: 'udp',
    })
    headers.push({ kind: 'udp', sport: 51823, dport: 8472 }, { kind: 'vxlan', vni: 1 })
  }
  if (link) headers.push({ kind: 'eth', src: mac(link[0]), dst: mac(link[1]) })
  headers.push({ kind: 'ip', family: 4, src: ip(src), dst: ip(dst), ttl, proto: flow.proto, df: true })
  headers.push(
    flow.proto === 'tcp'
      ? { kind: 'tcp', sport, dport, flags: flow.flags, seq: flow.flags.includes('S') ? 0 : 1, ack: flow.flags.includes('A') ? 1 : 0 }
      : { kind: 'udp', sport, dport },
  )
  return { headers, size: flow.message ? 76 : 0, ...(flow.message ? { message: flow.message } : {}) }
}

function journey(
  flow: Flow,
  title: string,
  build: (emit: (at: At, event: Loose, after: Packet, more?: Partial<Skb>) => void, end: (at: At, event: Loose) => void) => void,
  parent?: Journey['parent'],
): Journey {
  const events: TraceEvent[] = []
  let last: Subject = { kind: 'object', ref: '' }
  build(
    (at, event, after, more = {}) => {
      last = { kind: 'skb', skb: { packet: after, mark: 0, ...more } }
      events.push({ seq: seq++, journey: flow.id, at, after: last, ...event } as unknown as TraceEvent)
    },
    (at, event) => {
      events.push({ seq: seq++, journey: flow.id, at, after: last, ...event } as unknown as TraceEvent)
    },
  )
  return {
    id: flow.id,
    phase: flow.phase,
    connection: { proto: flow.proto, src: ip(A.client), dst: ip(A.vip), sport: 40312, dport: 80 },
    ...(parent ? { parent } : {}),
    start: flow.id * 1_000_000,
    title,
    events,
    ending: { kind: 'delivered', to: 'default/nginx-wfw84 nginx' },
  }
}

const ct = (status: CtView['status'], tcp: string): CtView => ({
  id: 1,
  zone: 0,
  family: 4,
  orig: { proto: 'tcp', src: ip(A.client), dst: ip(A.vip), sport: 40312, dport: 80 },
  reply: { proto: 'tcp', src: ip(A.pod), dst: ip(A.client), sport: 8080, dport: 40312 },
  status,
  tcp,
  timeout: 120,
  mark: 0,
})

const host = (netns: string, hook: Hook): At => ({ netns, hook, family: 4 })
const rule = (chain: string, index: number, text: string, verdict: object, passedOver: number, base: string, because = 0): Loose => ({
  kind: 'rule',
  rule: { netns: 'node-1', family: 4, table: 'nat', chain, index, generation: 1 },
  text,
  verdict,
  passedOver,
  base,
  priority: -100,
  because,
})

function request(flow: Flow, title: string, first: boolean, parent?: Journey['parent']): Journey {
  return journey(
    flow,
    title,
    (emit) => {
      const p = (dst: string, dport: number, ttl: number, link?: readonly [string, string], outer?: boolean) =>
        packet(A.client, 40312, dst, dport, ttl, flow, link, outer)
      const vip = p(A.vip, 80, 64)
      const c = 'default/client'
      emit({ netns: c }, { kind: 'process', process: 'default/client curl', what: 'connect', because: 8 }, vip)
      emit({ netns: c }, { kind: 'socket', what: 'send' }, vip)
      emit(
        { netns: c, family: 4 },
        {
          kind: 'route',
          route: {
            table: 'main',
            text: 'default via 10.244.1.1 dev eth0',
            type: 'unicast',
            dev: 'eth0',
            via: ip('10.244.1.1'),
            src: ip(A.client),
          },
          dst: ip(A.vip),
        },
        vip,
        { oif: 'eth0' },
      )
      for (const h of ['output', 'postrouting'] as const) {
        emit(host(c, h), { kind: 'hook' }, vip, { oif: 'eth0' })
        emit(host(c, h), { kind: 'hook-end', verdict: 'accept' }, vip, { oif: 'eth0' })
      }
      emit(
        { netns: c, device: 'eth0' },
        { kind: 'neighbour', dev: 'eth0', address: ip('10.244.1.1'), mac: mac('f6:90:8a:48:5e:7a'), found: 'known' },
        vip,
      )
      const l1 = ['da:44:f9:25:77:92', 'f6:90:8a:48:5e:7a'] as const
      const f1 = p(A.vip, 80, 64, l1)
      emit({ netns: c, device: 'eth0' }, { kind: 'device', dir: 'tx', device: 'eth0', ll: { src: mac(l1[0]), dst: mac(l1[1]) } }, f1)
      emit(
        { netns: 'node-1', device: 'veth29d15602' },
        { kind: 'cross', wire: 'veth', from: { netns: c, device: 'eth0' }, to: { netns: 'node-1', device: 'veth29d15602' } },
        f1,
      )
      emit({ netns: 'node-1', device: 'cni0' }, { kind: 'bridge', hook: 'prerouting', iif: 'veth29d15602' }, f1)
      emit({ netns: 'node-1', device: 'cni0' }, { kind: 'fdb', bridge: 'cni0', mac: mac(l1[1]), flooded: [] }, f1)
      const n1 = (hook: Hook) => host('node-1', hook)
      emit(n1('prerouting'), { kind: 'hook' }, vip, { iif: 'cni0' })
      emit(
        n1('prerouting'),
        { kind: 'conntrack', what: first ? 'new' : 'found', entry: ct(first ? [] : ['SEEN_REPLY', 'DST_NAT'], 'SYN_SENT') },
        vip,
        { iif: 'cni0', ct: { id: 1, dir: 'original', state: first ? 'new' : 'established' } },
      )
      const after = p(A.pod, 8080, 64)
      if (first) {
        emit(
          n1('prerouting'),
          rule(
            'PREROUTING',
            0,
            '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
            { kind: 'jump', chain: 'KUBE-SERVICES' },
            0,
            'PREROUTING',
          ),
          vip,
        )
        emit(
          n1('prerouting'),
          rule(
            'KUBE-SERVICES',
            3,
            '-A KUBE-SERVICES -d 10.96.100.5/32 -p tcp -m comment --comment "default/nginx-service cluster IP" -m tcp --dport 80 -j KUBE-SVC-V2OKYYMBY3REGZOG',
            { kind: 'jump', chain: 'KUBE-SVC-V2OKYYMBY3REGZOG' },
            3,
            'PREROUTING',
            4,
          ),
          vip,
        )
        emit(
          n1('prerouting'),
          rule(
            'KUBE-SVC-V2OKYYMBY3REGZOG',
            2,
            '-A KUBE-SVC-V2OKYYMBY3REGZOG -m comment --comment "default/nginx-service -> 10.244.2.7:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-Z3HXRORN5VDCFRJU',
            { kind: 'jump', chain: 'KUBE-SEP-Z3HXRORN5VDCFRJU' },
            2,
            'PREROUTING',
            4,
          ),
          vip,
        )
        emit(
          n1('prerouting'),
          rule(
            'KUBE-SEP-Z3HXRORN5VDCFRJU',
            1,
            '-A KUBE-SEP-Z3HXRORN5VDCFRJU -p tcp -m comment --comment "default/nginx-service" -m tcp -j DNAT --to-destination 10.244.2.7:8080',
            { kind: 'accept' },
            1,
            'PREROUTING',
            6,
          ),
          vip,
        )
      }
      emit(
        n1('prerouting'),
        {
          kind: 'nat',
          manip: 'dst',
          by: first ? 'rule' : 'conntrack',
          from: '10.96.100.5:80',
          to: '10.244.2.7:8080',
          undo: false,
          because: 6,
        },
        after,
        { iif: 'cni0' },
      )
      emit(n1('prerouting'), { kind: 'hook-end', verdict: 'accept' }, after, { iif: 'cni0' })
      emit(
        { netns: 'node-1', family: 4 },
        {
          kind: 'route',
          route: {
            table: 'main',
            text: '10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink',
            type: 'unicast',
            dev: 'flannel.1',
            via: ip('10.244.2.0'),
          },
          dst: ip(A.pod),
          because: 7,
        },
        after,
        { iif: 'cni0', oif: 'flannel.1' },
      )
      const less = p(A.pod, 8080, 63)
      emit({ netns: 'node-1', family: 4 }, { kind: 'ttl', left: 63 }, less)
      for (const h of ['forward', 'postrouting'] as const) {
        emit(n1(h), { kind: 'hook' }, less, { oif: 'flannel.1' })
        if (first && h === 'postrouting')
          emit(
            n1(h),
            rule(
              'POSTROUTING',
              0,
              '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
              { kind: 'jump', chain: 'KUBE-POSTROUTING' },
              0,
              'POSTROUTING',
            ),
            less,
          )
        if (first && h === 'postrouting')
          emit(
            n1(h),
            rule(
              'KUBE-POSTROUTING',
              0,
              '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
              { kind: 'return' },
              0,
              'POSTROUTING',
            ),
            less,
          )
        emit(n1(h), { kind: 'hook-end', verdict: 'accept' }, less, { oif: 'flannel.1' })
      }
      const inner = ['3e:1d:70:aa:01:01', '3e:1d:70:aa:02:02'] as const
      emit({ netns: 'node-1', device: 'flannel.1' }, { kind: 'device', dir: 'tx', device: 'flannel.1' }, p(A.pod, 8080, 63, inner))
      const out = p(A.pod, 8080, 63, inner, true)
      emit(
        { netns: 'node-1', device: 'flannel.1' },
        {
          kind: 'encap',
          device: 'flannel.1',
          tunnel: 'vxlan',
          remote: ip(A.n2),
          lookup: `${inner[1]} dst 192.168.10.12 self permanent`,
          because: 7,
        },
        out,
      )
      for (const h of ['output', 'postrouting'] as const) {
        emit(n1(h), { kind: 'hook' }, out, { oif: 'eth0' })
        emit(n1(h), { kind: 'hook-end', verdict: 'accept' }, out, { oif: 'eth0' })
      }
      emit({ netns: 'node-1', device: 'eth0' }, { kind: 'device', dir: 'tx', device: 'eth0' }, out)
      emit(
        { netns: 'node-2', device: 'eth0' },
        { kind: 'cross', wire: 'underlay', from: { netns: 'node-1', device: 'eth0' }, to: { netns: 'node-2', device: 'eth0' } },
        out,
      )
      const n2 = (hook: Hook) => host('node-2', hook)
      for (const h of ['prerouting', 'input'] as const) {
        emit(n2(h), { kind: 'hook' }, out, { iif: 'eth0' })
        emit(n2(h), { kind: 'hook-end', verdict: 'accept' }, out, { iif: 'eth0' })
      }
      emit({ netns: 'node-2', device: 'flannel.1' }, { kind: 'decap', device: 'flannel.1', tunnel: 'vxlan' }, p(A.pod, 8080, 63, inner))
      emit(n2('prerouting'), { kind: 'hook' }, less, { iif: 'flannel.1' })
      emit(
        n2('prerouting'),
        {
          kind: 'conntrack',
          what: 'new',
          entry: { ...ct([], 'SYN_SENT'), id: 2, orig: { proto: 'tcp', src: ip(A.client), dst: ip(A.pod), sport: 40312, dport: 8080 } },
        },
        less,
      )
      emit(n2('prerouting'), { kind: 'hook-end', verdict: 'accept' }, less, { iif: 'flannel.1' })
      emit(
        { netns: 'node-2', family: 4 },
        {
          kind: 'route',
          route: {
            table: 'main',
            text: '10.244.2.0/24 dev cni0 proto kernel scope link src 10.244.2.1',
            type: 'unicast',
            dev: 'cni0',
            src: ip('10.244.2.1'),
          },
          dst: ip(A.pod),
        },
        less,
        { oif: 'cni0' },
      )
      const low = p(A.pod, 8080, 62)
      for (const h of ['forward', 'postrouting'] as const) {
        emit(n2(h), { kind: 'hook' }, low, { oif: 'cni0' })
        emit(n2(h), { kind: 'hook-end', verdict: 'accept' }, low, { oif: 'cni0' })
      }
      const l2 = ['9a:10:5c:01:02:03', '0e:22:b7:4c:d1:07'] as const
      const f2 = p(A.pod, 8080, 62, l2)
      emit({ netns: 'node-2', device: 'cni0' }, { kind: 'bridge', hook: 'output', oif: 'veth7c1d02aa' }, f2)
      const s = 'default/nginx-wfw84'
      emit(
        { netns: s, device: 'eth0' },
        { kind: 'cross', wire: 'veth', from: { netns: 'node-2', device: 'veth7c1d02aa' }, to: { netns: s, device: 'eth0' } },
        f2,
      )
      for (const h of ['prerouting', 'input'] as const) {
        emit(host(s, h), { kind: 'hook' }, low, { iif: 'eth0' })
        emit(host(s, h), { kind: 'hook-end', verdict: 'accept' }, low, { iif: 'eth0' })
      }
      emit({ netns: s }, { kind: 'socket', what: 'receive' }, low)
      emit({ netns: s }, { kind: 'process', process: 'default/nginx-wfw84 nginx', what: 'accept' }, low)
    },
    parent,
  )
}

function reply(flow: Flow, title: string, parent: Journey['parent']): Journey {
  return journey(
    flow,
    title,
    (emit) => {
      const p = (src: string, sport: number, ttl: number, link?: readonly [string, string], outer?: boolean) =>
        packet(src, sport, A.client, 40312, ttl, { ...flow, phase: 'reply' }, link, outer)
      const s = 'default/nginx-wfw84'
      const c = 'default/client'
      const raw = p(A.pod, 8080, 64)
      emit({ netns: s }, { kind: 'socket', what: 'send' }, raw)
      emit(
        { netns: s, family: 4 },
        {
          kind: 'route',
          route: { table: 'main', text: 'default via 10.244.2.1 dev eth0', type: 'unicast', dev: 'eth0', via: ip('10.244.2.1') },
          dst: ip(A.client),
        },
        raw,
      )
      const f = p(A.pod, 8080, 64, ['0e:22:b7:4c:d1:07', '9a:10:5c:01:02:03'])
      emit({ netns: s, device: 'eth0' }, { kind: 'device', dir: 'tx', device: 'eth0' }, f)
      emit(
        { netns: 'node-2', device: 'veth7c1d02aa' },
        { kind: 'cross', wire: 'veth', from: { netns: s, device: 'eth0' }, to: { netns: 'node-2', device: 'veth7c1d02aa' } },
        f,
      )
      const less = p(A.pod, 8080, 63)
      for (const h of ['prerouting', 'forward', 'postrouting'] as const) {
        emit(host('node-2', h), { kind: 'hook' }, less)
        emit(host('node-2', h), { kind: 'hook-end', verdict: 'accept' }, less)
      }
      const out = p(A.pod, 8080, 63, ['3e:1d:70:aa:02:02', '3e:1d:70:aa:01:01'], true)
      emit(
        { netns: 'node-2', device: 'flannel.1' },
        {
          kind: 'encap',
          device: 'flannel.1',
          tunnel: 'vxlan',
          remote: ip(A.n1),
          lookup: '3e:1d:70:aa:01:01 dst 192.168.10.11 self permanent',
        },
        out,
      )
      emit(
        { netns: 'node-1', device: 'eth0' },
        { kind: 'cross', wire: 'underlay', from: { netns: 'node-2', device: 'eth0' }, to: { netns: 'node-1', device: 'eth0' } },
        out,
      )
      emit(
        { netns: 'node-1', device: 'flannel.1' },
        { kind: 'decap', device: 'flannel.1', tunnel: 'vxlan' },
        p(A.pod, 8080, 63, ['3e:1d:70:aa:02:02', '3e:1d:70:aa:01:01']),
      )
      const back = p(A.vip, 80, 62)
      emit(host('node-1', 'prerouting'), { kind: 'hook' }, less)
      emit(host('node-1', 'prerouting'), { kind: 'conntrack', what: 'found', entry: ct(['SEEN_REPLY', 'DST_NAT'], 'SYN_RECV') }, less, {
        ct: { id: 1, dir: 'reply', state: 'established' },
      })
      emit(host('node-1', 'prerouting'), { kind: 'hook-end', verdict: 'accept' }, less)
      emit(host('node-1', 'forward'), { kind: 'hook' }, p(A.pod, 8080, 62))
      emit(host('node-1', 'forward'), { kind: 'hook-end', verdict: 'accept' }, p(A.pod, 8080, 62))
      emit(host('node-1', 'postrouting'), { kind: 'hook' }, p(A.pod, 8080, 62))
      emit(
        host('node-1', 'postrouting'),
        { kind: 'nat', manip: 'src', by: 'conntrack', from: '10.244.2.7:8080', to: '10.96.100.5:80', undo: true },
        back,
      )
      emit(host('node-1', 'postrouting'), { kind: 'hook-end', verdict: 'accept' }, back)
      const f2 = p(A.vip, 80, 62, ['f6:90:8a:48:5e:7a', 'da:44:f9:25:77:92'])
      emit({ netns: 'node-1', device: 'cni0' }, { kind: 'bridge', hook: 'output', oif: 'veth29d15602' }, f2)
      emit(
        { netns: c, device: 'eth0' },
        { kind: 'cross', wire: 'veth', from: { netns: 'node-1', device: 'veth29d15602' }, to: { netns: c, device: 'eth0' } },
        f2,
      )
      emit(host(c, 'prerouting'), { kind: 'hook' }, back)
      emit(host(c, 'prerouting'), { kind: 'hook-end', verdict: 'accept' }, back)
      emit({ netns: c }, { kind: 'socket', what: flow.message ? 'receive' : 'connected' }, back)
    },
    parent,
  )
}

const device = (
  dev: string,
  kind: StageDevice['kind'],
  ifindex: number,
  addrs: readonly string[],
  more: Partial<StageDevice> = {},
): StageDevice => ({ dev, kind, ifindex, addrs, mac: `52:54:00:00:0${ifindex % 10}:01`, mtu: kind === 'physical' ? 1500 : 1450, ...more })
const pod = (name: string, node: string, address: string, veth: string, madeUp = false): StageNetns => ({
  name,
  kind: 'pod',
  title: name.split('/')[1] ?? name,
  node,
  addresses: [address],
  ready: true,
  madeUp,
  devices: [device('lo', 'loopback', 1, ['127.0.0.1/8']), device('eth0', 'veth', 2, [`${address}/24`], { peer: [node, veth] })],
})
const node = (name: string, address: string, n: number, veths: readonly (readonly [string, string])[]): StageNetns => ({
  name,
  kind: 'node',
  title: name,
  addresses: [address],
  madeUp: false,
  devices: [
    device('lo', 'loopback', 1, ['127.0.0.1/8']),
    device('eth0', 'physical', 2, [`${address}/24`]),
    device('flannel.1', 'vxlan', 3, [`10.244.${n}.0/32`]),
    device('cni0', 'bridge', 4, [`10.244.${n}.1/24`]),
    ...veths.map(([dev, peer], i) => device(dev, 'veth', 5 + i, [], { master: 'cni0', peer: [peer, 'eth0'] })),
  ],
})

const by = (who: string, why: string, from: readonly number[]): Cause => ({ what: { kind: 'by', by: who, why }, from })

/** An answer to any question, always about the same walk; text with the word `error` has an error. */
export function fixture(question: Question): Answer {
  seq = 0
  const text = question.files[0]?.text ?? ''
  const spot = (needle: string): number => Math.max(0, text.indexOf(needle))
  const manifest = (object: string, path: string, needle: string): Cause => ({
    what: { kind: 'manifest', object, path, file: question.files[0]?.name ?? '', document: 0, offset: spot(needle) },
    from: [],
  })
  const probe = question.probe ?? { from: 'default/client', to: 'http://nginx-service/' }
  const base = {
    question,
    summary: { objects: 6, madeUp: ['Node node-1', 'Node node-2', 'Deployment kube-system/coredns', 'Service kube-system/kube-dns'] },
    defaults:
      '# Things that the lab leaves out and that every cluster has.\napiVersion: v1\nkind: Service\nmetadata:\n  name: kube-dns\n  namespace: kube-system\n',
    sources: ['default/client', 'default/nginx-wfw84', 'node/node-1', 'node/node-2', 'host/client'],
    targets: ['http://nginx-service/', 'http://nginx-service.default.svc.cluster.local/', 'http://10.96.100.5/'],
  }
  const bad = spot('error')
  if (bad > 0) {
    const before = text.slice(0, bad).split('\n')
    return {
      ...base,
      problems: [
        {
          code: 'yaml',
          params: { text: 'a made-up error' },
          severity: 'error',
          where: {
            file: question.files[0]?.name ?? '',
            line: before.length,
            column: (before.at(-1)?.length ?? 0) + 1,
            offset: bad,
            end: bad + 5,
            field: '',
          },
        },
      ],
    }
  }
  const syn = request({ id: 0, phase: 'connect', proto: 'tcp', flags: ['S'] }, 'tcp 10.244.1.2:40312 > 10.96.100.5:80 [S]', true)
  const synack = reply({ id: 1, phase: 'connect', proto: 'tcp', flags: ['S', 'A'] }, 'tcp 10.244.2.7:8080 > 10.244.1.2:40312 [SA]', {
    journey: 0,
    as: 'reply',
  })
  const get = request(
    {
      id: 2,
      phase: 'request',
      proto: 'tcp',
      flags: ['P', 'A'],
      message: { kind: 'http-request', method: 'GET', path: '/', headers: [['Host', 'nginx-service']] },
    },
    'tcp 10.244.1.2:40312 > 10.96.100.5:80 [AP] GET /',
    false,
    { journey: 0, as: 'next' },
  )
  const ok = reply(
    {
      id: 3,
      phase: 'reply',
      proto: 'tcp',
      flags: ['P', 'A'],
      message: { kind: 'http-response', status: 200, headers: [], body: 'hello from default/nginx-wfw84' },
    },
    'tcp 10.244.2.7:8080 > 10.244.1.2:40312 [AP] 200',
    { journey: 2, as: 'reply' },
  )
  return {
    ...base,
    problems: [],
    walk: {
      probe,
      outcome: {
        kind: 'ok',
        status: 200,
        backend: 'default/nginx-wfw84',
        backendAddress: '10.244.2.7:8080',
        sourceSeen: '10.244.1.2:40312',
        reason: null,
        where: null,
        route: null,
      },
      counts: { steps: 96, rulesEvaluated: 31, rulesMatched: 9, natRewrites: 4, lookups: 22 },
      journeys: [syn, synack, get, ok],
      causes: {
        1: manifest('Service default/nginx-service', 'spec.ports[0].port', 'port: 80'),
        2: manifest('Service default/nginx-service', 'spec.clusterIP', 'clusterIP'),
        3: manifest('Deployment default/nginx', 'spec.replicas', 'replicas'),
        4: by('kube-proxy', 'service', [1, 2]),
        5: by('endpointslice-controller', 'endpoint', [3]),
        6: by('kube-proxy', 'endpoint', [5, 1]),
        7: by('flanneld', 'node', []),
        8: { what: { kind: 'question', field: 'to' }, from: [] },
      },
      choices: [
        { key: 'statistic', taken: 1, weights: ['1/3', '1/3', '1/3'], labels: ['10.244.1.4:8080', '10.244.2.7:8080', '10.244.2.8:8080'] },
      ],
    },
    stage: {
      netns: [
        node('node-1', A.n1, 1, [
          ['veth29d15602', 'default/client'],
          ['veth5b0c77e1', 'kube-system/coredns-7c9b'],
        ]),
        node('node-2', A.n2, 2, [
          ['veth7c1d02aa', 'default/nginx-wfw84'],
          ['veth90ab12cd', 'default/nginx-zr9tk'],
        ]),
        pod('default/client', 'node-1', A.client, 'veth29d15602'),
        pod('kube-system/coredns-7c9b', 'node-1', A.dns, 'veth5b0c77e1', true),
        pod('default/nginx-wfw84', 'node-2', A.pod, 'veth7c1d02aa'),
        pod('default/nginx-zr9tk', 'node-2', '10.244.2.8', 'veth90ab12cd'),
      ],
      underlay: { name: 'underlay', net: '192.168.10.0/24' },
      services: [{ name: 'default/nginx-service', type: 'ClusterIP', clusterIP: A.vip, ports: ['80/TCP'], endpoints: 2 }],
    },
  }
}
