import type { Machines } from '../../kernel/machine.ts'
import { Moment } from '../../kernel/moment.ts'
import { tupleOf } from '../../kernel/tuple.ts'
import { familyOf, ip } from '../../net/ip.ts'
import { ipOf, l4Of, type Packet, type TcpFlag } from '../../net/packet.ts'
import type { Luck } from '../../trace/luck.ts'
import type { Process } from '../../userspace/process.ts'
import { Walk, type Walked } from '../../walk.ts'
import { changed } from './changes.ts'
import { coldOf } from './cold.ts'
import { expectedOf, unseenOf } from './expected.ts'
import type { Golden, GoldenDo, GoldenExpected, GoldenPart, GoldenProbe } from './golden.ts'
import { machinesOf } from './machines.ts'
import { naming } from './names.ts'
import { type ProbeResult, prober, server } from './processes.ts'

/** What the recorder needs between two probes to read its events. */
const PAUSE = 100_000_000
/** Nobody answers a segment that no socket sent. */
const NOBODY = ''

/** A recorded scenario under way: state stays from probe to probe. */
export interface Session {
  /** Sends a probe and tells its walk in the words of the recordings. `timeout` in seconds. */
  probe(probe: GoldenProbe, timeout?: number): GoldenExpected
  change(change: GoldenDo): void
}

export const partsOf = (golden: Golden): readonly GoldenPart[] => golden.sequence ?? []

/** Ports that the recordings write as numbers. */
function knownPorts(golden: Golden): readonly number[] {
  const probes = [...partsOf(golden).flatMap((p) => ('probe' in p ? [p.probe] : [])), ...(golden.probe ? [golden.probe] : [])]
  const own = probes.flatMap((p) => [p.sport, p.dport]).filter((p) => p !== undefined)
  const repeats = Array.from({ length: golden.repeat ?? 1 }, (_, i) => (golden.probe?.sport ?? 0) + i)
  return [...golden.servers.map((s) => s.port), ...(golden.ports ?? []), ...own, ...repeats]
}

/** `built`: machines whose rules were made from the file's manifests, instead of its texts. `seen` is given what each probe left. */
export function session(golden: Golden, luck: Luck, built?: Machines, seen?: (walked: Walked) => void): Session {
  const moment = new Moment()
  if (golden.cold) moment.cold = { neighbours: new Map(), ports: new Map() }
  let machines = built ?? machinesOf(golden)
  let rules = golden.rules
  let count = 0
  const processes = new Map<string, Process>(golden.servers.map((s) => server(s)).map((p) => [p.name, p]))
  const ports = knownPorts(golden)

  const walkOf = (): Walk => new Walk({ machines, moment, luck, process: (_netns, name) => processes.get(name) })
  const told = (walked: Walked, result: ProbeResult, probe: GoldenProbe): GoldenExpected => {
    seen?.(walked)
    const names = naming(ports, probe.size !== undefined)
    const expected = expectedOf(machines, moment, walked.journeys, result, names, unseenOf(golden, rules), probe.record_data === true)
    moment.clock += PAUSE
    return golden.cold ? { ...expected, ...coldOf(walked, moment, unseenOf(golden, rules)) } : expected
  }
  return {
    probe(probe, timeout = golden.timeout ?? 0.8) {
      const walk = walkOf()
      const start = moment.clock
      if (probe.flags !== undefined) {
        sendByHand(walk, moment, probe)
        return told(finish(walk, NOBODY), { outcome: 'sent', took: 0 }, probe)
      }
      const client = prober(probe, timeout, `probe ${++count}`)
      processes.set(client.name, client)
      walk.drive(client, probe.from, { kind: 'start' })
      const walked = finish(walk, client.name)
      const result = walk.results.get(client.name) as Omit<ProbeResult, 'took'> | undefined
      const outcome = (probe.proto === 'icmp' && result?.outcome !== 'timeout' ? errorTold(walked, probe.from) : undefined) ?? result
      return told(walked, { ...(outcome ?? { outcome: 'unmodelled' }), took: moment.clock - start }, probe)
    },
    change(change) {
      machines = changed(machines, moment, change)
      rules = { ...rules, ...change.rules }
      moment.clock += (change.wait ?? 0) * 1e9 + PAUSE
    },
  }
}

/** What ping prints of an error that came back: type and code, and who sent it. */
function errorTold({ journeys }: Walked, at: string): Omit<ProbeResult, 'took'> | undefined {
  for (const { parent, events, ending } of journeys) {
    const last = [...events].reverse().find((e) => e.after.kind === 'skb')
    if (parent?.as !== 'icmp-error' || ending.kind !== 'delivered' || last?.at.netns !== at || last.after.kind !== 'skb') continue
    const [header, l4] = [ipOf(last.after.skb.packet), l4Of(last.after.skb.packet)]
    if (header && l4?.kind === 'icmp') return { outcome: `icmp ${l4.type}/${l4.code}`, answer_from: header.src }
  }
  return undefined
}

function finish(walk: Walk, main: string): Walked {
  const running = walk.run(main)
  let next = running.next()
  while (!next.done) next = running.next()
  return next.value
}

/** One TCP segment made by hand. Its sequence number is 1 or so far ahead of the last one of this direction. */
function sendByHand(walk: Walk, moment: Moment, probe: GoldenProbe): void {
  const [src, dst] = [ip(probe.src ?? ''), ip(probe.dst)]
  const ends = { sport: probe.sport ?? 0, dport: probe.dport ?? 0 }
  const sock = [...moment.socks.values()].find(
    (s) => s.netns === probe.from && s.local.address === src && s.local.port === ends.sport && s.peer.address === dst,
  )
  const [seq, ack] = probe.seq_ahead === undefined ? [1, 1] : [(sock?.sent ?? 0) + probe.seq_ahead, sock?.received ?? 0]
  const family = familyOf(src)
  const packet: Packet = {
    headers: [
      { kind: 'ip', family, src, dst, ttl: 64, proto: 'tcp' },
      { kind: 'tcp', ...ends, flags: [...(probe.flags ?? '')] as TcpFlag[], seq, ack },
    ],
    size: 0,
  }
  const connection = tupleOf(packet)
  if (connection) walk.send({ netns: probe.from, packet, phase: 'request', as: 'next', parent: -1, connection, raw: true })
}
