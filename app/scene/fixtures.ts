// For tests only: walks built by hand in the order in which a real kernel was seen to take them.
import type { Answer, Stage } from '../../src/answer.ts'
import type { Ip, Mac } from '../../src/net/ip.ts'
import type { Message } from '../../src/net/message.ts'
import type { Header, TcpFlag } from '../../src/net/packet.ts'
import type { At, CtDir, Hook, Skb, Subject, TraceEvent } from '../../src/trace/event.ts'
import type { Ending, Journey, OutcomeKind, Phase } from '../../src/trace/journey.ts'
import { vethOf } from './fixture-stage.ts'

const ip = (text: string): Ip => text as Ip
const mac = (text: string): Mac => text as Mac

type Body = TraceEvent extends infer E ? (E extends TraceEvent ? Omit<E, 'seq' | 'journey' | 'at' | 'after'> : never) : never

interface Flow {
  readonly proto: 'tcp' | 'udp' | 'icmp'
  src: string
  sport: number
  dst: string
  dport: number
  ttl: number
  readonly flags: readonly TcpFlag[]
  readonly dir: CtDir
  readonly message?: Message
}

/** One packet on its way; every method writes the events of one stretch. */
class Way {
  readonly events: TraceEvent[] = []
  private outer: readonly Header[] | undefined

  private readonly world: World
  readonly id: number
  readonly flow: Flow

  constructor(world: World, id: number, flow: Flow) {
    this.world = world
    this.id = id
    this.flow = flow
  }

  private skb(known: boolean): Subject {
    const f = this.flow
    const l4: Header =
      f.proto === 'tcp'
        ? { kind: 'tcp', sport: f.sport, dport: f.dport, flags: f.flags, seq: 0, ack: 0 }
        : f.proto === 'udp'
          ? { kind: 'udp', sport: f.sport, dport: f.dport }
          : { kind: 'icmp', type: 3, code: 3 }
    const headers: Header[] = [
      ...(this.outer ?? []),
      { kind: 'ip', family: 4, src: ip(f.src), dst: ip(f.dst), ttl: f.ttl, proto: f.proto },
      l4,
    ]
    const skb: Skb = {
      packet: { headers, size: 0, ...(f.message === undefined ? {} : { message: f.message }) },
      mark: 0,
      ...(known ? { ct: { id: 1, dir: f.dir, state: f.dir === 'reply' ? ('established' as const) : ('new' as const) } } : {}),
    }
    return { kind: 'skb', skb }
  }

  say(at: At, body: Body, known = false): void {
    this.events.push({ ...body, seq: this.world.seq++, journey: this.id, at, after: this.skb(known) } as TraceEvent)
  }

  process(netns: string, what: string): void {
    this.say({ netns }, { kind: 'process', process: what, what: 'runs' })
    this.say({ netns }, { kind: 'socket', what: 'send' })
  }

  route(netns: string, dev: string, via?: string): void {
    this.say(
      { netns },
      {
        kind: 'route',
        dst: ip(this.flow.dst),
        route: { table: 'main', text: `default dev ${dev}`, type: 'unicast', dev, ...(via ? { via: ip(via) } : {}) },
      },
      true,
    )
  }

  hook(netns: string, hook: Hook, inside: () => void = () => {}): void {
    const at = { netns, hook, family: 4 as const }
    this.say(at, { kind: 'hook' }, true)
    inside()
    this.say(at, { kind: 'hook-end', verdict: 'accept' }, true)
  }

  rule(netns: string, hook: Hook, table: 'nat' | 'filter', chain: string, jump: string): void {
    this.say(
      { netns, hook, family: 4 },
      {
        kind: 'rule',
        rule: { netns, family: 4, table, chain, index: 0, generation: 1 },
        text: `-A ${chain} -j ${jump}`,
        verdict: { kind: 'jump', chain: jump },
        passedOver: 2,
        base: hook.toUpperCase(),
        priority: -100,
      },
      true,
    )
  }

  nat(netns: string, hook: Hook, manip: 'src' | 'dst', to: readonly [string, number], undo = false): void {
    const f = this.flow
    const from = manip === 'src' ? `${f.src}:${f.sport}` : `${f.dst}:${f.dport}`
    if (manip === 'src') [f.src, f.sport] = to
    else [f.dst, f.dport] = to
    this.say({ netns, hook, family: 4 }, { kind: 'nat', manip, by: undo ? 'conntrack' : 'rule', from, to: `${to[0]}:${to[1]}`, undo }, true)
  }

  device(netns: string, device: string, dir: 'rx' | 'tx'): void {
    this.say({ netns, device }, { kind: 'device', dir, device }, false)
  }

  cross(from: readonly [string, string], to: readonly [string, string], wire: string): void {
    this.say(
      { netns: from[0], device: from[1] },
      { kind: 'cross', wire, from: { netns: from[0], device: from[1] }, to: { netns: to[0], device: to[1] } },
    )
  }

  bridge(netns: string, hook: Hook, iif?: string, oif?: string): void {
    this.say({ netns, device: 'cni0' }, { kind: 'bridge', hook, ...(iif ? { iif } : {}), ...(oif ? { oif } : {}) })
  }

  /** From the pod's own interface to the bridge of its node. */
  leave(pod: string, node: string): void {
    this.hook(pod, 'output')
    this.hook(pod, 'postrouting')
    this.say({ netns: pod }, { kind: 'neighbour', dev: 'eth0', address: ip('10.244.1.1'), mac: mac('02:00:00:01:00:02'), found: 'known' })
    this.device(pod, 'eth0', 'tx')
    const veth = vethOf(pod)
    this.cross([pod, 'eth0'], [node, veth], 'veth')
    this.device(node, veth, 'rx')
    this.bridge(node, 'prerouting', veth)
  }

  /** br_netfilter is on: PREROUTING runs inside the bridge, which then hands the packet up. */
  up(node: string, inside: () => void): void {
    this.hook(node, 'prerouting', inside)
    this.bridge(node, 'input', 'veth')
    this.device(node, 'cni0', 'rx')
  }

  forward(node: string, oif: string, post: () => void = () => {}): void {
    this.route(node, oif)
    this.hook(node, 'forward', () => {
      this.flow.ttl -= 1
      this.say({ netns: node, hook: 'forward' }, { kind: 'ttl', left: this.flow.ttl })
      this.rule(node, 'forward', 'filter', 'FORWARD', 'KUBE-FORWARD')
    })
    this.hook(node, 'postrouting', () => {
      this.rule(node, 'postrouting', 'nat', 'POSTROUTING', 'KUBE-POSTROUTING')
      post()
    })
  }

  tunnel(from: string, to: string): void {
    const [a, b] = [addressOf(this.world.stage, from), addressOf(this.world.stage, to)]
    this.device(from, 'flannel.1', 'tx')
    this.outer = [
      { kind: 'ip', family: 4, src: ip(a), dst: ip(b), ttl: 64, proto: 'udp' },
      { kind: 'udp', sport: 48231, dport: 8472 },
      { kind: 'vxlan', vni: 1 },
    ]
    this.say({ netns: from, device: 'flannel.1' }, { kind: 'encap', device: 'flannel.1', tunnel: 'vxlan', remote: ip(b), lookup: 'fdb' })
    this.route(from, 'eth0')
    this.hook(from, 'output')
    this.hook(from, 'postrouting')
    this.wire(from, to)
    this.hook(to, 'prerouting')
    this.route(to, 'lo')
    this.hook(to, 'input')
    this.say({ netns: to }, { kind: 'socket', what: 'receive' })
    this.outer = undefined
    this.say({ netns: to, device: 'flannel.1' }, { kind: 'decap', device: 'flannel.1', tunnel: 'vxlan' })
    this.device(to, 'flannel.1', 'rx')
  }

  wire(from: string, to: string): void {
    this.device(from, 'eth0', 'tx')
    this.cross([from, 'eth0'], [to, 'eth0'], this.world.stage.underlay.name)
    this.device(to, 'eth0', 'rx')
  }

  /** From cni0 down to a pod. */
  down(node: string, pod: string): void {
    this.device(node, 'cni0', 'tx')
    this.bridge(node, 'output', undefined, vethOf(pod))
    this.bridge(node, 'postrouting', undefined, vethOf(pod))
    this.enter(node, pod)
  }

  /** br_netfilter: FORWARD and POSTROUTING inside the bridge. */
  across(node: string, from: string, to: string, post: () => void): void {
    this.bridge(node, 'forward', vethOf(from), vethOf(to))
    this.hook(node, 'forward', () => this.rule(node, 'forward', 'filter', 'FORWARD', 'KUBE-FORWARD'))
    this.bridge(node, 'postrouting', undefined, vethOf(to))
    this.hook(node, 'postrouting', post)
    this.enter(node, to)
  }

  enter(node: string, pod: string): void {
    this.device(node, vethOf(pod), 'tx')
    this.cross([node, vethOf(pod)], [pod, 'eth0'], 'veth')
    this.device(pod, 'eth0', 'rx')
    this.arrive(pod)
  }

  arrive(netns: string): void {
    this.hook(netns, 'prerouting')
    this.route(netns, 'lo')
    this.hook(netns, 'input')
    this.say({ netns }, { kind: 'socket', what: 'receive' })
    this.say({ netns }, { kind: 'process', process: netns, what: 'reads' })
  }
}

interface World {
  seq: number
  readonly stage: Stage
}

const addressOf = (stage: Stage, name: string): string => stage.netns.find((n) => n.name === name)?.addresses[0] ?? '0.0.0.0'

interface Packet {
  readonly phase: Phase
  readonly flow: Flow
  readonly parent?: Journey['parent']
  readonly ending?: Ending
  readonly go: (way: Way) => void
}

/** The answer that these packets make. */
export function answerOf(stage: Stage, packets: readonly Packet[], outcome: OutcomeKind = 'ok'): Answer {
  const world: World = { seq: 0, stage }
  const journeys = packets.map((p, id): Journey => {
    const way = new Way(world, id, { ...p.flow })
    p.go(way)
    const f = p.flow
    return {
      id,
      phase: p.phase,
      connection: { proto: f.proto, src: ip(f.src), dst: ip(f.dst), sport: f.sport, dport: f.dport },
      ...(p.parent === undefined ? {} : { parent: p.parent }),
      start: id * 1_000_000,
      title: `${f.proto} ${f.src}:${f.sport} > ${f.dst}:${f.dport} [${f.flags.join('')}]`,
      events: way.events,
      ending: p.ending ?? { kind: 'delivered', to: 'somebody' },
    }
  })
  return {
    question: { v: 1, files: [], seed: 1 },
    problems: [],
    walk: {
      probe: { from: 'default/client', to: 'http://web/' },
      outcome: { kind: outcome, backend: null, backendAddress: null, sourceSeen: null, reason: null, where: null, route: null },
      counts: { steps: 0, rulesEvaluated: 0, rulesMatched: 0, natRewrites: 0, lookups: 0 },
      journeys,
      causes: {},
      choices: [],
    },
    stage,
    summary: { objects: 0, madeUp: [] },
    defaults: '',
    sources: [],
    targets: [],
  }
}

/** A flow of one connection; `back` turns it round. */
export const flow = (
  src: readonly [string, number],
  dst: readonly [string, number],
  flags: readonly TcpFlag[] = ['S'],
  dir: CtDir = 'original',
  proto: Flow['proto'] = 'tcp',
): Flow => ({
  proto,
  src: src[0],
  sport: src[1],
  dst: dst[0],
  dport: dst[1],
  ttl: 64,
  flags,
  dir,
})
export type { Flow, Packet }
