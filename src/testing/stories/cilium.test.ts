import { describe, expect, test } from 'vitest'
import { verifiable } from '../../engine/verify.ts'
import { odds, probe } from '../../explain.ts'
import { atSocket } from '../../kernel/bpf/sock.ts'
import { ip } from '../../net/ip.ts'
import { fraction, hashLuck } from '../../trace/luck.ts'
import { ask, BPF, endpoint, hooks, NATIVE, onTheWire, routerOf, seenBy, service, worldOf } from './cilium-lab.ts'
import { pod } from './lab.ts'

describe('the worked walks', () => {
  test('L1: Pods of one node; no IP hook of the host runs', () => {
    const world = worldOf()
    const [a1, a2] = [endpoint(world, 'a1'), endpoint(world, 'a2')]
    const { journeys, outcome } = ask(world, 'default/a1', 'http://10.0.1.21:8080/')
    const packet = (ttl: number): string => `10.0.1.20 > 10.0.1.21 ttl ${ttl} | tcp 40001 > 8080`
    expect(onTheWire(journeys[0])).toEqual([
      `default/a1 tx eth0 | ${packet(64)}`,
      `node-a rx ${a1.dev} | ${packet(64)}`,
      `node-a tx ${a2.dev} | ${packet(63)}`,
      `default/a2 rx eth0 | ${packet(63)}`,
    ])
    const last = journeys[0]?.events.find((e) => e.kind === 'device' && e.at.netns === 'default/a2')
    expect(last?.kind === 'device' && last.ll).toEqual({ src: a2.hostMac, dst: a2.mac })
    for (const journey of journeys) expect(hooks(journey, 'node-a')).toEqual([])
    expect(seenBy(outcome)).toBe('default/a2 < 10.0.1.20')
    expect(a1.dev).toMatch(/^lxc[0-9a-f]{12}$/)
  })

  test('L2: another node through VXLAN; the identity of the sender is the VNI', () => {
    const world = worldOf()
    const [a1, b1] = [endpoint(world, 'a1'), endpoint(world, 'b1')]
    const { journeys, outcome } = ask(world, 'default/a1', 'http://10.0.2.30:8080/')
    const inner = (ttl: number): string => `10.0.1.20 > 10.0.2.30 ttl ${ttl} | tcp 40001 > 8080`
    const outer = `192.168.10.11 > 192.168.10.12 ttl 64 | udp 8472 | vni ${a1.identity} | ${inner(64)}`
    expect(a1.identity).toBeGreaterThanOrEqual(256)
    expect(onTheWire(journeys[0])).toEqual([
      `default/a1 tx eth0 | ${inner(64)}`,
      `node-a rx ${a1.dev} | ${inner(64)}`,
      `node-a tx cilium_vxlan | ${inner(64)}`,
      `node-a tx eth0 | ${outer}`,
      `node-b rx eth0 | ${outer}`,
      `node-b rx cilium_vxlan | ${inner(64)}`,
      `node-b tx ${b1.dev} | ${inner(63)}`,
      `default/b1 rx eth0 | ${inner(63)}`,
    ])
    // only the outer packet meets the hosts' hooks
    expect(hooks(journeys[0], 'node-a')).toEqual(['output', 'postrouting'])
    expect(hooks(journeys[0], 'node-b')).toEqual(['prerouting', 'input'])
    expect(seenBy(outcome)).toBe('default/b1 < 10.0.1.20')
  })

  test('L2 with native routing: by the stack (legacy), or past it (BPF host routing)', () => {
    const legacy = ask(worldOf({ cni: 'cilium-native' }), 'default/a1', 'http://10.0.2.30:8080/')
    expect(hooks(legacy.journeys[0], 'node-a')).toEqual(['prerouting', 'forward', 'postrouting'])
    expect(hooks(legacy.journeys[0], 'node-b')).toEqual(['prerouting', 'forward', 'postrouting'])
    const world = worldOf({ config: [...NATIVE, ...BPF] })
    const { journeys, outcome } = ask(world, 'default/a1', 'http://10.0.2.30:8080/')
    const packet = (ttl: number): string => `10.0.1.20 > 10.0.2.30 ttl ${ttl} | tcp 40001 > 8080`
    expect(onTheWire(journeys[0])).toEqual([
      `default/a1 tx eth0 | ${packet(64)}`,
      `node-a rx ${endpoint(world, 'a1').dev} | ${packet(64)}`,
      `node-a tx eth0 | ${packet(63)}`,
      `node-b rx eth0 | ${packet(63)}`,
      `default/b1 rx eth0 | ${packet(62)}`,
    ])
    for (const journey of journeys) for (const name of ['node-a', 'node-b']) expect(hooks(journey, name)).toEqual([])
    expect([seenBy(outcome), seenBy(legacy.outcome)]).toEqual(['default/b1 < 10.0.1.20', 'default/b1 < 10.0.1.20'])
  })

  test('L3: outside, masqueraded by iptables', () => {
    const { journeys, outcome } = ask(worldOf(), 'default/a1', 'http://203.0.113.10/')
    expect(hooks(journeys[0], 'node-a')).toEqual(['prerouting', 'forward', 'postrouting'])
    const rules = journeys[0]?.events.flatMap((e) => (e.kind === 'rule' && e.at.netns === 'node-a' ? [e.rule.chain] : []))
    expect(rules).toEqual(['FORWARD', 'CILIUM_FORWARD', 'POSTROUTING', 'CILIUM_POST_nat'])
    expect(seenBy(outcome)).toBe('host/outside < 192.168.10.11')
  })

  test('L3: outside, masqueraded by eBPF: no rule is read, and with BPF host routing no hook is run', () => {
    const world = worldOf({ config: BPF })
    const { journeys, outcome } = ask(world, 'default/a1', 'http://203.0.113.10/')
    for (const journey of journeys) expect(hooks(journey, 'node-a')).toEqual([])
    const nat = journeys
      .slice(0, 2)
      .map((j) => j.events.flatMap((e) => (e.kind === 'nat' ? [`${e.by} ${e.manip} ${e.from} -> ${e.to}`] : [])))
    expect(nat).toEqual([['bpf src 10.0.1.20:40001 -> 192.168.10.11:40001'], ['bpf dst 192.168.10.11:40001 -> 10.0.1.20:40001']])
    expect(seenBy(outcome)).toBe('host/outside < 192.168.10.11')
    const stack = ask(worldOf({ config: [...BPF, 'enable-host-legacy-routing: "true"'] }), 'default/a1', 'http://203.0.113.10/')
    expect(hooks(stack.journeys[0], 'node-a')).toEqual(['prerouting', 'forward', 'postrouting'])
    expect(seenBy(stack.outcome)).toBe('host/outside < 192.168.10.11')
  })
})

describe('Services', () => {
  test('a ClusterIP is translated in connect(): the packet has the Pod’s address from the start, and nothing rewrites it', () => {
    const { journeys, counts } = ask(worldOf(), 'default/a1', 'http://10.96.10.20/')
    const events = journeys[0]?.events ?? []
    const steps = events.slice(0, 6).map((e) => (e.kind === 'bpf-map' ? `${e.map} ${e.key}: ${e.value ?? '-'}` : e.kind))
    expect(steps.slice(0, 4)).toEqual([
      'bpf',
      expect.stringMatching(/^cilium_lb4_services_v2 10\.96\.10\.20:80\/tcp slot 0: count 1, rev_nat_index \d+$/),
      expect.stringMatching(/^cilium_lb4_services_v2 10\.96\.10\.20:80\/tcp slot 1: backend_id \d+$/),
      expect.stringMatching(/^cilium_lb4_backends_v3 \d+: 10\.0\.2\.31:8080$/),
    ])
    const end = events.find((e) => e.kind === 'bpf-end')
    expect(end?.kind === 'bpf-end' && end.address).toEqual({ from: '10.96.10.20:80', to: '10.0.2.31:8080', hook: 'connect' })
    expect(counts.natRewrites).toBe(0)
    expect(onTheWire(journeys[0])[0]).toBe('default/a1 tx eth0 | 10.0.1.20 > 10.0.2.31 ttl 64 | tcp 40001 > 8080')
  })

  test('each backend is as likely as the others', () => {
    const { outcomes } = odds(worldOf(), { from: 'default/a1', to: 'http://10.96.10.10/' }, { seed: 1 })
    expect(outcomes.map((o) => seenBy(o.outcome)).sort()).toEqual(['default/a2 < 10.0.1.20', 'default/b1 < 10.0.1.20'])
    for (const { probability } of outcomes) expect(probability).toEqual(fraction(1, 2))
  })

  test('a datagram: sent to the backend, and recvmsg() shows the address that was asked', () => {
    const dns = pod({ name: 'b3', app: 'udp', node: 'node-b', ip: '10.0.2.40', port: 5353 }).replace('5353', '5353, protocol: UDP')
    const udp = service('web', 'udp').replace('{port: 80, targetPort: 8080,', '{port: 53, targetPort: 5353, protocol: UDP,')
    const { journeys, outcome } = ask(worldOf({ more: [dns, udp] }), 'default/a1', 'udp://10.96.10.10:53')
    expect(outcome.backend).toBe('default/b3')
    const ends = journeys.flatMap((j) => j.events.flatMap((e) => (e.kind === 'bpf-end' && e.address ? [e.address] : [])))
    expect(ends).toEqual([
      { from: '10.96.10.10:53', to: '10.0.2.40:5353', hook: 'connect' },
      { from: '10.0.2.40:5353', to: '10.96.10.10:53', hook: 'recvmsg' },
    ])
  })

  test('without a backend the call fails at once, and no packet is sent', () => {
    const { outcome, journeys } = ask(worldOf({ more: [service('web', 'nobody')] }), 'default/a1', 'http://10.96.10.10/')
    expect([outcome.kind, outcome.errno, journeys.length]).toEqual(['unreachable', 'EHOSTUNREACH', 1])
    expect(onTheWire(journeys[0])).toEqual([])
  })

  test('session affinity keeps a namespace with its backend', () => {
    const world = worldOf({ more: [service('web', 'web', 'sessionAffinity: ClientIP')] })
    const all = Array.from(
      { length: 6 },
      (_, i) =>
        probe(world, { from: 'default/a1', to: 'http://10.96.10.10/', sport: 41000 + i }, { seed: i, commit: true }).outcome.backend,
    )
    expect(new Set(all).size).toBe(1)
  })

  test('with socket LB for the host alone, each packet of a Pod is translated at its device', () => {
    const world = worldOf({ config: [...BPF, 'bpf-lb-sock-hostns-only: "true"'] })
    const { journeys, outcome } = ask(world, 'default/a1', 'http://10.96.10.20/')
    expect(onTheWire(journeys[0])[0]).toBe('default/a1 tx eth0 | 10.0.1.20 > 10.96.10.20 ttl 64 | tcp 40001 > 80')
    expect(onTheWire(journeys[1]).at(-1)).toMatch(/^default\/a1 rx eth0 \| 10\.96\.10\.20 > 10\.0\.1\.20 /)
    expect(seenBy(outcome)).toBe('default/b2 < 10.0.1.20')
  })

  // packets in and out, and the flags of the two entries: bpf/tests/tc_nodeport_test.c of Cilium, hairpin_flow_1 to 3
  test.each([
    {
      name: 'kube-proxy replaced, legacy routing',
      config: ['kube-proxy-replacement: "true"', 'bpf-lb-sock-hostns-only: "true"'],
      proxy: 'none',
    },
    { name: 'BPF host routing', config: [...BPF, 'bpf-lb-sock-hostns-only: "true"'], proxy: 'none' },
    { name: 'beside kube-proxy', config: [], proxy: 'iptables' },
  ])('a Pod that is its own backend per packet sees the loopback address, and no policy stands in between: $name', ({ config, proxy }) => {
    const deny = (name: string, type: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}}
spec: {podSelector: {}, policyTypes: [${type}]}
`
    const more = [service('far', 'far'), deny('in', 'Ingress'), deny('out', 'Egress')]
    const world = worldOf({ config: config.length === 0 ? ['enable-ipv6: "false"'] : config, proxy, more })
    const b2 = endpoint(world, 'b2')
    const { journeys, outcome } = ask(world, 'default/b2', 'http://10.96.10.20/')
    expect(onTheWire(journeys[0])).toEqual([
      'default/b2 tx eth0 | 10.0.2.31 > 10.96.10.20 ttl 64 | tcp 40001 > 80',
      `node-b rx ${b2.dev} | 10.0.2.31 > 10.96.10.20 ttl 64 | tcp 40001 > 80`,
      ...(config.includes('enable-bpf-masquerade: "true"')
        ? []
        : [`node-b tx ${b2.dev} | 169.254.42.1 > 10.0.2.31 ttl 63 | tcp 40001 > 8080`]),
      'default/b2 rx eth0 | 169.254.42.1 > 10.0.2.31 ttl 63 | tcp 40001 > 8080',
    ])
    expect(onTheWire(journeys[1])[0]).toBe('default/b2 tx eth0 | 10.0.2.31 > 169.254.42.1 ttl 64 | tcp 8080 > 40001')
    expect(onTheWire(journeys[1]).at(-1)).toBe('default/b2 rx eth0 | 10.96.10.20 > 10.0.2.31 ttl 63 | tcp 80 > 40001')
    expect(outcome.kind).toBe('ok')
    expect(seenBy(outcome)).toBe('default/b2 < 169.254.42.1')
    const puts = (journeys[0]?.events ?? []).flatMap((e) => (e.kind === 'bpf-map' && e.op === 'update' ? [`${e.key}: ${e.value}`] : []))
    expect(puts).toEqual([
      expect.stringMatching(/^SVC TCP 10\.0\.2\.31:40001 -> 10\.96\.10\.20:80: backend_id \d+, rev_nat_index \d+$/),
      expect.stringMatching(/^OUT TCP 169\.254\.42\.1:40001 -> 10\.0\.2\.31:8080: rev_nat_index \d+, lb_loopback$/),
      'IN TCP 169.254.42.1:40001 -> 10.0.2.31:8080: lb_loopback',
    ])
    // another Pod is still kept out
    expect(ask(world, 'default/a1', 'http://10.96.10.20/').outcome.kind).toBe('timeout')
  })

  test('an external IP is translated at the socket where it is this node’s own; else the packet goes there, and a node that has it translates', () => {
    const more = [service('far', 'far', 'externalIPs: [192.168.10.12, 203.0.113.200]')]
    const first = (from: string, to: string, config = BPF): string =>
      onTheWire(ask(worldOf({ config, more }), from, to).journeys[0])[0] ?? ''
    expect(first('default/b1', 'http://192.168.10.12/')).toContain('10.0.2.30 > 10.0.2.31')
    expect(first('default/a1', 'http://192.168.10.12/')).toContain('10.0.1.20 > 192.168.10.12')
    expect(ask(worldOf({ config: BPF, more }), 'default/a1', 'http://192.168.10.12/').outcome.backend).toBe('default/b2')
    expect(first('default/a1', 'http://203.0.113.200/')).toContain('10.0.1.20 > 203.0.113.200')
    expect(ask(worldOf({ config: BPF, more }), 'default/a1', 'http://203.0.113.200/').outcome.kind).toBe('timeout')
    // where sockets are not translated, the program at the Pod's device asks no such question
    const perPacket = [...BPF, 'bpf-lb-sock-hostns-only: "true"']
    expect(ask(worldOf({ config: perPacket, more }), 'default/a1', 'http://203.0.113.200/').outcome.backend).toBe('default/b2')
  })

  test('the loopback address is a setting', () => {
    const told = (value: string) => worldOf({ config: ['bpf-lb-sock-hostns-only: "true"', `ipv4-service-loopback-address: ${value}`] })
    expect(seenBy(ask(told('169.254.77.7'), 'default/b2', 'http://10.96.10.20/').outcome)).toBe('default/b2 < 169.254.77.7')
    expect(
      told('nowhere')
        .problems.filter((p) => p.severity === 'error')
        .map((p) => p.code),
    ).toEqual(['cilium-setting'])
  })
})

describe('node ports', () => {
  const OUTSIDE = 'host/outside'
  test('SNAT: a backend of another node sees this node; through the tunnel, its router address and identity world', () => {
    const native = worldOf({ config: [...NATIVE, ...BPF] })
    expect(seenBy(ask(native, OUTSIDE, 'http://192.168.10.11:31081/').outcome)).toBe('default/b2 < 192.168.10.11')
    const tunnel = worldOf({ config: BPF })
    const { outcome, journeys } = ask(tunnel, OUTSIDE, 'http://192.168.10.11:31081/')
    expect(seenBy(outcome)).toBe(`default/b2 < ${routerOf(tunnel, 'node-a')}`)
    expect(onTheWire(journeys[0]).find((l) => l.startsWith('node-a tx eth0'))).toContain('| vni 2 |')
    // the answer goes back the same way, and carries the address that was asked
    const answer = onTheWire(journeys[1])
    expect(answer.some((l) => l.startsWith('node-a rx cilium_vxlan'))).toBe(true)
    expect(answer.at(-1)).toMatch(/^host\/outside rx eth0 \| 192\.168\.10\.11 > 203\.0\.113\.10 .* tcp 31081 > 40001$/)
  })

  test('a backend of this node sees the client', () => {
    for (const lines of [BPF, [...NATIVE, ...BPF], ['kube-proxy-replacement: "true"']]) {
      const { outcome } = ask(worldOf({ config: lines }), OUTSIDE, 'http://192.168.10.12:31081/')
      expect(seenBy(outcome)).toBe('default/b2 < 203.0.113.10')
    }
  })

  test('DSR: the backend sees the client and answers it directly, with the address that was asked', () => {
    const world = worldOf({ config: [...NATIVE, ...BPF, 'bpf-lb-mode: dsr'] })
    const { outcome, journeys } = ask(world, OUTSIDE, 'http://192.168.10.11:31081/')
    expect(seenBy(outcome)).toBe('default/b2 < 203.0.113.10')
    expect(onTheWire(journeys[0]).find((l) => l.startsWith('node-a tx eth0'))).toContain(
      '203.0.113.10 > 10.0.2.31 ttl 62 option 192.168.10.11:31081',
    )
    expect(onTheWire(journeys[1]).some((l) => l.startsWith('node-a'))).toBe(false)
    expect(onTheWire(journeys[1]).at(-1)).toMatch(/^host\/outside rx eth0 \| 192\.168\.10\.11 > 203\.0\.113\.10 .* tcp 31081 > 40001$/)
    // TCP carries the option on the SYN alone
    const later = journeys.filter((j) => j.events[0]?.at.netns === 'host/outside').slice(1)
    expect(later.length).toBeGreaterThan(0)
    for (const j of later) expect(onTheWire(j).join('\n')).not.toContain('option')
  })

  test('externalTrafficPolicy Local: the client is seen; a node without a backend drops; Pods reach all', () => {
    const local = [service('web', 'web'), service('far', 'far', 'externalTrafficPolicy: Local')]
    const world = worldOf({ config: BPF, more: local })
    expect(seenBy(ask(world, OUTSIDE, 'http://192.168.10.12:31081/').outcome)).toBe('default/b2 < 203.0.113.10')
    expect(ask(world, OUTSIDE, 'http://192.168.10.11:31081/').outcome).toMatchObject({ kind: 'timeout', reason: 'bpf' })
    expect(seenBy(ask(world, 'default/a1', 'http://192.168.10.11:31081/').outcome)).toBe('default/b2 < 10.0.1.20')
  })

  test('Maglev: a flow has one backend, whatever the luck; every node would choose the same', () => {
    const world = worldOf({ config: [...NATIVE, ...BPF, 'bpf-lb-mode: dsr', 'bpf-lb-algorithm: maglev'] })
    const to = (address: string, seed: number): string | null =>
      probe(world, { from: OUTSIDE, to: `http://${address}:31080/`, sport: 40001 }, { seed }).outcome.backend
    expect(new Set([1, 2, 3, 4, 5].map((seed) => to('192.168.10.11', seed))).size).toBe(1)
  })

  test('dsr through a VXLAN tunnel, and settings that nobody modelled, are said', () => {
    const codes = (lines: readonly string[]): readonly string[] => worldOf({ config: lines }).problems.map((p) => p.code)
    expect(codes(['bpf-lb-mode: dsr'])).toContain('cilium-dsr-tunnel')
    expect(codes(['tunnel-protocol: geneve'])).toContain('cilium-setting')
    expect(codes(BPF)).toEqual([])
  })
})

describe('beside kube-proxy', () => {
  test('Pods’ ClusterIPs are translated at their device; node ports are left to iptables', () => {
    const world = worldOf({ proxy: 'iptables', config: ['kube-proxy-replacement: "false"'] })
    const inside = ask(world, 'default/a1', 'http://10.96.10.20/')
    expect(seenBy(inside.outcome)).toBe('default/b2 < 10.0.1.20')
    expect(inside.journeys[0]?.events.some((e) => e.kind === 'bpf' && e.attach === 'connect4')).toBe(false)
    expect(inside.journeys[0]?.events.flatMap((e) => (e.kind === 'nat' ? [e.by] : []))).toEqual(['bpf'])
    const outside = ask(world, 'host/outside', 'http://192.168.10.11:31081/')
    expect(seenBy(outside.outcome)).toBe(`default/b2 < ${routerOf(world, 'node-a')}`)
    expect(outside.journeys[0]?.events.flatMap((e) => (e.kind === 'nat' ? [e.by] : []))).toEqual(['rule', 'rule'])
    expect(seenBy(ask(world, 'node/node-a', 'http://10.96.10.20/').outcome)).toBe(`default/b2 < ${routerOf(world, 'node-a')}`)
  })
})

test('a real kernel has nothing to run of it', () => {
  expect(verifiable(worldOf(), { from: 'default/a1', to: 'http://10.0.2.30:8080/' }, 1)).toMatchObject({ problem: { code: 'verify-bpf' } })
})

test('a Pod that a NetworkPolicy isolates: its policy map has nothing for the caller, and no entry is refused for others', () => {
  const policy = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}
`
  const world = worldOf({ more: [policy] })
  const { outcome, journeys } = ask(world, 'default/a1', 'http://10.0.1.21:8080/')
  expect(outcome).toMatchObject({ kind: 'timeout', reason: 'bpf' })
  const asked = (journeys[0]?.events ?? []).flatMap((e) => (e.kind === 'bpf-map' ? [[e.key, e.value]] : [])).slice(-2)
  expect(asked).toEqual([
    [`identity ${endpoint(world, 'a1').identity} ingress 8080/tcp`, undefined],
    ['identity any ingress 8080/tcp', undefined],
  ])
  expect(ask(world, 'default/a1', 'http://10.0.2.31:8080/').outcome.kind).toBe('ok')
  // kubelet's probes come from the Pod's own node
  expect(ask(world, 'node/node-a', 'http://10.0.1.21:8080/').outcome.kind).toBe('ok')
})

test('a datagram with an address of its own: sendmsg() is translated, recvmsg() and getpeername() show the address that was asked', () => {
  const server = pod({ name: 'dns', app: 'dns', node: 'node-b', ip: '10.0.2.9', port: 53 }).replace('53}', '53, protocol: UDP}')
  const udp = service('web', 'dns').replace('{port: 80, targetPort: 8080,', '{port: 53, targetPort: 53, protocol: UDP,')
  const world = worldOf({ more: [server, udp] })
  const [netns, moment] = [world.machines.netns('default/a1'), world.moment.fork()]
  const asked = { address: ip('10.96.10.10'), port: 53 }
  const said: string[] = []
  const at = (hook: 'sendmsg' | 'recvmsg' | 'getpeername', peer: typeof asked) =>
    netns &&
    atSocket(
      { netns, moment, luck: hashLuck(1), emit: (body) => said.push(body.kind === 'bpf' ? body.program : body.kind) },
      { hook, proto: 'udp', peer, cookie: '1', after: { kind: 'object', ref: 'test' } },
    )
  const backend = { address: ip('10.0.2.9'), port: 53 }
  expect(at('sendmsg', asked)).toEqual({ to: backend })
  expect([at('recvmsg', backend), at('getpeername', backend)]).toEqual([{ to: asked }, { to: asked }])
  expect(said.filter((s) => s.startsWith('cil_'))).toEqual(['cil_sock4_sendmsg', 'cil_sock4_recvmsg', 'cil_sock4_getpeername'])
})

describe('host ports', () => {
  const OUTSIDE = 'host/outside'
  const asks = (name: string, ip: string, more: string): string =>
    pod({ name, node: 'node-b', ip, port: 8080 }).replace('{containerPort: 8080}', `{containerPort: 8080, ${more}}`)
  const more = [
    asks('h1', '10.0.2.40', 'hostPort: 8088'),
    asks('h2', '10.0.2.41', 'hostPort: 9099, hostIP: 127.0.0.1'),
    asks('h3', '10.0.2.42', 'hostPort: 7077, hostIP: 192.168.10.12'),
  ]
  const lines = ['kube-proxy-replacement: "true"']
  const kind = (world: ReturnType<typeof worldOf>, from: string, to: string): string => ask(world, from, to).outcome.kind

  test.each([lines, BPF, [...NATIVE, ...BPF], [...lines, 'bpf-lb-sock-hostns-only: "true"']].map((config) => ({ config })))(
    'in kube-proxy’s place Cilium hands them on at the node of the Pod: $config',
    ({ config }) => {
      const world = worldOf({ config, more })
      expect(world.problems.filter((p) => p.code.includes('host-port'))).toEqual([])
      expect(seenBy(ask(world, OUTSIDE, 'http://192.168.10.12:8088/').outcome)).toBe('default/h1 < 203.0.113.10')
      expect(seenBy(ask(world, OUTSIDE, 'http://192.168.10.12:7077/').outcome)).toBe('default/h3 < 203.0.113.10')
      // from the other node, from its Pods, from this node and its Pods, and the Pod itself
      for (const from of ['node/node-a', 'default/a1', 'node/node-b', 'default/b2', 'default/h1'])
        expect(ask(world, from, 'http://192.168.10.12:8088/').outcome.backend, from).toBe('default/h1')
      // the other node knows nothing of it
      expect(kind(world, OUTSIDE, 'http://192.168.10.11:8088/')).toBe('refused')
      expect(kind(world, 'default/a1', 'http://192.168.10.11:8088/')).toBe('refused')
    },
  )

  test('127.0.0.1 is for the node’s own processes; a hostIP of 127.0.0.1 is for them alone', () => {
    const world = worldOf({ config: lines, more })
    expect(ask(world, 'node/node-b', 'http://127.0.0.1:8088/').outcome.backend).toBe('default/h1')
    expect(ask(world, 'node/node-b', 'http://127.0.0.1:9099/').outcome.backend).toBe('default/h2')
    for (const [from, to] of [
      ['node/node-b', '192.168.10.12:9099'],
      ['default/b2', '192.168.10.12:9099'],
      ['default/b2', '127.0.0.1:9099'],
      ['host/outside', '192.168.10.12:9099'],
      ['node/node-b', '127.0.0.1:7077'],
    ] as const)
      expect(kind(world, from, `http://${to}/`), `${from} ${to}`).toBe('refused')
  })

  test('beside kube-proxy nobody opens them, and that is said at the field', () => {
    const world = worldOf({ config: ['kube-proxy-replacement: "false"'], proxy: 'iptables', more })
    expect(world.problems.filter((p) => p.code === 'host-port')).toHaveLength(3)
    expect(kind(world, OUTSIDE, 'http://192.168.10.12:8088/')).toBe('refused')
  })
})

test('IPv6 is said at the range that gives it; a port name of several numbers at the egress rule that asks for it', () => {
  const files = [
    'apiVersion: v1\nkind: Node\nmetadata: {name: six}\nspec: {podCIDRs: [10.0.9.0/24, "fd00:9::/64"]}',
    ...[8080, 9090].map((port, i) =>
      pod({ name: `n${i}`, node: 'node-a', ip: `10.0.1.${50 + i}`, port }).replace('{containerPort:', '{name: http, containerPort:'),
    ),
    'apiVersion: v1\nkind: Pod\nmetadata: {name: p6}\nspec: {nodeName: six, containers: [{name: c, image: x}]}',
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: names}\nspec: {podSelector: {}, egress: [{ports: [{port: 53}, {port: http}]}]}',
  ]
  const found = worldOf({ more: files.map((one) => `${one}\n`) }).problems.filter(({ code }) => /^cilium-/.test(code))
  expect(found.map(({ code, severity, where }) => [code, severity, where?.field])).toEqual([
    ['cilium-ipv6', 'warning', 'spec.podCIDRs[1]'],
    ['cilium-port-names', 'warning', 'spec.egress[0].ports[1].port'],
  ])
})

test('SCTP is switched on by a key of cilium-config; without it the programs drop what they cannot track', () => {
  const outcome = (...config: readonly string[]) =>
    ask(worldOf({ config: ['kube-proxy-replacement: "true"', ...config] }), 'default/a1', 'sctp://10.0.2.30:8080').journeys[0]?.ending
  expect(outcome()).toMatchObject({ kind: 'dropped', reason: 'bpf' })
  expect(outcome('enable-sctp: "false"')).toMatchObject({ kind: 'dropped', reason: 'bpf' })
  // nobody listens there with SCTP: the Pod's kernel says so
  expect(outcome('enable-sctp: "true"')).toMatchObject({ kind: 'answered-by-kernel' })
  expect(ask(worldOf(), 'default/a1', 'sctp://10.0.2.30:8080').journeys[0]?.ending).toMatchObject({ kind: 'answered-by-kernel' })
})
