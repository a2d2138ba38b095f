import type { Machines } from '../kernel/machine.ts'
import { Moment } from '../kernel/moment.ts'
import type { Place, Run } from '../kernel/run.ts'
import { step } from '../kernel/step.ts'
import { ip } from '../net/ip.ts'
import type { Packet } from '../net/packet.ts'
import type { Tuple } from '../trace/event.ts'
import { hashLuck } from '../trace/luck.ts'

/** A node that packets of new flows cross, from a device to the next hop; events are made and thrown away. */
export interface Crossing {
  readonly machines: Machines
  readonly netns: string
  readonly dev: string
  readonly from: string
  readonly to: string
  readonly dport: number
}

const refuse = (what: string) => (): never => {
  throw new Error(`the packet did not cross the node: ${what}`)
}

/** Sends one packet of each of `flows` new connections through the hooks of the node; returns how many events that made. */
export function cross({ machines, netns, dev, from, to, dport }: Crossing, flows: number): number {
  let events = 0
  const moment = new Moment()
  const connection: Tuple = { proto: 'udp', src: ip(from), sport: 0, dst: ip(to), dport }
  const run: Run = {
    machines,
    moment,
    luck: hashLuck(1),
    netns: (name) => machines.netns(name) ?? refuse(name)(),
    emit: () => {
      events++
    },
    end: (_, ending) => refuse(JSON.stringify(ending))(),
    begin: refuse('begin'),
    phaseOf: () => 'request',
    connectionOf: () => connection,
    againOf: () => 0,
    send: refuse('send'),
    pieces: new Map(),
    held: new Map(),
    copy: refuse('copy'),
    cut: refuse('cut'),
    passed: () => false,
    later: refuse('later'),
    tell: refuse('tell'),
  }
  for (let flow = 0; flow < flows; flow++) {
    const packet: Packet = {
      headers: [
        { kind: 'ip', family: 4, src: ip(from), dst: ip(to), ttl: 64, proto: 'udp' },
        { kind: 'udp', sport: 20_000 + flow, dport },
      ],
      size: 1,
    }
    moment.clock += 1000
    let places: readonly Place[] = [{ journey: flow, netns, skb: { packet, mark: 0 }, at: 'ip-receive', dev }]
    // the next hop's neighbour entry is the first thing behind POSTROUTING
    while (places[0] !== undefined && places[0].at !== 'neighbour') places = [...step(run, places[0]), ...places.slice(1)]
    if (places[0] === undefined) refuse('nothing came out')()
  }
  return events
}
