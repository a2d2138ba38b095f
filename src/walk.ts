import type { Machines, Netns } from './kernel/machine.ts'
import type { Moment } from './kernel/moment.ts'
import { startOutput } from './kernel/output.ts'
import { type Body, drop, type Place, type Run, type Sending, type Told } from './kernel/run.ts'
import { freshSkb, toldOf } from './kernel/skb.ts'
import { senderOf } from './kernel/sockets.ts'
import { step } from './kernel/step.ts'
import { tupleOf } from './kernel/tuple.ts'
import type { Packet } from './net/packet.ts'
import { ipOf, withoutEth } from './net/packet.ts'
import { printPacket } from './net/print.ts'
import type { Skb, TraceEvent, Tuple } from './trace/event.ts'
import type { Ending, Journey, Phase, Relation } from './trace/journey.ts'
import type { Luck, Thrown } from './trace/luck.ts'
import type { Act, Process } from './userspace/process.ts'
import { carryOut, happeningOf } from './walk-acts.ts'
import { copyOf, type Draft, giveUp, journeyOf, passedBefore, putNext, refusedAtHome, remains, type Timer } from './walk-pieces.ts'

export interface WalkInput {
  readonly machines: Machines
  /** The state that the walk starts from and changes: hand in a fork. */
  readonly moment: Moment
  readonly luck: Luck
  /** The program behind a name; undefined: nobody is there. */
  process(netns: string, name: string): Process | undefined
  /** Asked after a process has heard something; true ends the walk there. */
  stopAfter?(process: string): boolean
  /** Only how the journeys end is wanted, and none of their steps. */
  readonly silent?: true
  readonly tables?: Run['tables']
}

/** What a walk leaves behind besides the changed moment. */
export interface Walked {
  readonly journeys: readonly Journey[]
  /** In a walk from cold tables: the copies of broadcasts that nobody answered, apart from the count of journeys and steps. */
  readonly copies?: readonly Journey[]
  /** What the processes that ended have said, by name. */
  readonly results: ReadonlyMap<string, unknown>
  readonly choices: readonly Thrown[]
  readonly unmodelled?: string
}

const MOST_STEPS = 4_000
const MOST_JOURNEYS = 400
/** ns between two packets of an exchange: only their order means something. */
const TICK = 100_000

/**
 * Carries packets from place to place until every journey has ended, and lets processes answer. One packet runs to its end
 * before the next one starts; times only pass when nothing is under way.
 */
export class Walk implements Run {
  readonly machines: Machines
  readonly moment: Moment
  readonly luck: Luck
  readonly silent: boolean
  readonly tables: Run['tables']
  readonly input: WalkInput
  readonly drafts: Draft[] = []
  readonly results = new Map<string, unknown>()
  readonly choices: (Thrown & { readonly told: number[] })[] = []
  /** Notes of a process that has no journey yet; the next journey begins with them. */
  readonly notes: Body[] = []
  /** What programs did in calls of a socket that has sent nothing since, by its cookie. */
  readonly calls = new Map<string, readonly Body[]>()
  /** Whom to tell when a journey fails before it leaves. */
  readonly owners = new Map<number, { readonly process: string; readonly conn: string; readonly netns: string }>()
  /** The news that a process is acting on: the journey that brought it, and to which socket. */
  hearing: { readonly journey: number; readonly sock: string | undefined } | undefined
  /** The journey that made a process open a connection of its own. */
  readonly origins = new Map<string, number>()
  /** The journey that last reached a socket. */
  readonly reached = new Map<string, number>()
  /** Sockets that a process of this machine opened, not accepted. */
  readonly opened = new Set<string>()
  unmodelled: string | undefined
  readonly pieces = new Map<string, Skb[]>()
  readonly held = new Map<string, Place[]>()
  /** Copies of frames (`copy`): -1, -2 … */
  readonly copies: Draft[] = []
  private readonly stack: Place[] = []
  /** Where the packet under way is. */
  private place: Place | undefined
  private readonly waiting: (() => void)[] = []
  private readonly timers: Timer[] = []
  private stopped = false
  private seq = 0
  private order = 0

  constructor(input: WalkInput) {
    this.input = input
    this.silent = input.silent === true
    this.tables = input.tables
    this.machines = input.machines
    this.moment = input.moment
    this.luck = {
      choose: (choice) => {
        const taken = input.luck.choose(choice)
        const known = this.choices.find((c) => c.key === choice.key)
        // The rules of a chain are asked in a row: the next event says which one took the packet.
        if (known) known.told.push(this.seq)
        else this.choices.push({ ...choice, taken, told: [this.seq] })
        return taken
      },
      number: (key, low, high) => input.luck.number(key, low, high),
      ...(input.luck.everyBranch ? { everyBranch: true } : {}),
    }
  }

  netns(name: string): Netns {
    const found = this.machines.netns(name)
    if (!found) throw new Error(`no such netns: ${name}`)
    return found
  }

  emit(journey: number, body: Body): void {
    if (this.silent) return
    this.draft(journey).events.push({ ...body, after: toldOf(body.after), seq: journey < 0 ? -1 : this.seq++, journey } as TraceEvent)
  }

  cut(journey: number, queued: boolean): void {
    this.draft(journey).cut = queued ? 'queued' : 'direct'
  }

  passed(journey: number, where: string, headers: Packet['headers']): boolean {
    return passedBefore(this.draft(journey), where, headers)
  }

  end(journey: number, ending: Ending, socket?: string): void {
    const draft = this.draft(journey)
    const lost = ending.kind === 'dropped' || ending.kind === 'rejected'
    if (draft.cut && (draft.ending || (lost && remains(this.stack, this.pieces, journey)))) {
      draft.lost ??= ending
      return
    }
    if (socket !== undefined) this.reached.set(socket, journey)
    if (draft.ending) throw new Error(`journey ${journey} has ended twice: ${JSON.stringify(draft.ending)} and ${JSON.stringify(ending)}`)
    draft.ending = ending
    if (ending.kind === 'unmodelled') this.unmodelled ??= ending.what
    const owner = this.owners.get(journey)
    if (!owner) return
    const failed = (errno: string): Told => ({ ...owner, happening: { kind: 'failed', conn: owner.conn, errno } })
    if (ending.kind === 'failed-locally') this.tell(failed(ending.errno))
    // A rule of the sender's own machine lets send() fail at once, before an ICMP error is looked at; TCP only tries again.
    else if (draft.connection.proto !== 'tcp' && refusedAtHome(ending, owner.netns, this.place))
      this.waiting.unshift(() => this.inform(failed('EPERM')))
  }

  begin(journey: {
    readonly phase: Phase
    readonly connection: Tuple
    readonly as?: Relation
    readonly parent?: number
    readonly packet: Packet
  }): number {
    const { phase, connection, as, parent, packet } = journey
    const id = this.drafts.length
    const title = this.silent ? '' : printPacket(packet).replace(/ ttl=.*$/, '')
    this.moment.clock += TICK
    const from = as !== undefined && parent !== undefined ? { parent: { journey: parent, as } } : {}
    this.drafts.push({ id, phase, connection, ...from, start: this.moment.clock, title, events: [], steps: 0, passes: new Map() })
    for (const note of this.notes.splice(0)) this.emit(id, note)
    return id
  }

  copy(journey: number, packet: Packet): number {
    return this.copies.push(copyOf(this.draft(journey), this.copies.length, this.moment.clock, packet)) * -1
  }

  phaseOf(journey: number): Phase {
    return this.draft(journey).phase
  }

  connectionOf(journey: number): Tuple {
    return this.draft(journey).connection
  }

  againOf(journey: number): number {
    return this.draft(journey).again ?? 0
  }

  draft(journey: number): Draft {
    const found = journey < 0 ? this.copies[-journey - 1] : this.drafts[journey]
    if (!found) throw new Error(`no journey ${journey}`)
    return found
  }

  send(sending: Sending): void {
    this.waiting.push(() => this.launch(sending))
  }

  /** Puts a packet on its way from the machine that made it. */
  private launch(sending: Sending): void {
    const { netns, phase, as, parent, owner } = sending
    const packet = withoutEth(sending.packet)
    const connection = sending.connection ?? (parent >= 0 ? this.connectionOf(parent) : tupleOf(packet))
    if (!connection) throw new Error(`no connection for ${printPacket(packet)}`)
    const journey = this.begin({ phase, connection, packet, ...(parent >= 0 ? { as, parent } : {}) })
    for (const step of sending.before ?? []) this.emit(journey, step)
    if (owner) this.owners.set(journey, { ...owner, netns })
    this.draft(journey).again = sending.raw ? -1 : (senderOf(this.moment, netns, packet)?.again ?? 0)
    const skb = freshSkb(packet, 0, sending.ct && { ct: sending.ct })
    if (!this.silent) this.emit(journey, { kind: 'socket', what: 'send', at: { netns }, after: { kind: 'skb', skb } })
    this.stack.unshift(...startOutput(this, { journey, netns, skb }, ipOf(packet)?.src))
  }

  tell(told: Told): void {
    this.waiting.push(() => this.inform(told))
  }

  /** Runs a process with what has happened, and carries out what it wants. */
  private inform(told: Told): void {
    const process = this.input.process(told.netns, told.process)
    if (!process || this.results.has(process.name)) return
    const happening = happeningOf(this, told)
    this.hearing = told.journey === undefined ? undefined : { journey: told.journey, sock: told.sock }
    if (happening) this.drive(process, told.netns, happening)
    this.hearing = undefined
  }

  drive(process: Process, netns: string, happening: Parameters<Process['on']>[1]): void {
    const was = this.moment.processes.get(process.name) ?? process.start
    const { state, acts } = process.on(was, happening)
    this.moment.processes.set(process.name, state)
    for (const act of acts) this.act(process, netns, act, 'conn' in happening ? happening.conn : undefined)
    if (this.input.stopAfter?.(process.name)) this.stopped = true
  }

  private act(process: Process, netns: string, act: Act, about: string | undefined): void {
    if (act.act === 'exit') this.results.set(process.name, act.result)
    else if (act.act === 'unmodelled') this.unmodelled ??= act.what
    else if (act.act === 'choose') this.drive(process, netns, { kind: 'chosen', conn: act.conn, taken: this.luck.choose(act.choice) })
    else carryOut(this, process, netns, act, about)
  }

  later(ns: number, act: () => readonly Place[]): void {
    this.after(ns, () => this.stack.unshift(...act()))
  }

  after(ns: number, fire: () => void): void {
    this.timers.push({ at: this.moment.clock + ns, order: this.order++, fire })
  }

  /** Runs until nothing is under way and, while `main` has not ended, no timer is left either. */
  *run(main: string): Generator<number, Walked> {
    let count = 0
    while (!this.stopped) {
      if (this.stack.length > 0) {
        this.advance()
        if (++count % 512 === 0) yield count
      } else if (this.waiting.length > 0) this.waiting.shift()?.()
      else if (!this.results.has(main) && this.timers.length > 0 && this.unmodelled === undefined) this.fireNext()
      else break
      if (this.drafts.length > MOST_JOURNEYS) break
    }
    // who asked has gone before the neighbour was given up
    for (const place of [...this.held.values()].flat()) drop(this, place, { kind: 'dropped', reason: 'no-neighbour' })
    for (const draft of this.drafts) draft.ending ??= { kind: 'unfinished', limit: `${MOST_JOURNEYS} journeys` }
    // a draft is a journey and more, and of a silent walk nobody sees the more
    const journeys = this.silent ? (this.drafts as readonly Draft[] as readonly Journey[]) : this.drafts.map(journeyOf)
    return {
      journeys,
      ...(this.copies.length > 0 ? { copies: this.copies.map(journeyOf) } : {}),
      results: this.results,
      choices: this.choices,
      ...(this.unmodelled === undefined ? {} : { unmodelled: this.unmodelled }),
    }
  }

  private advance(): void {
    const place = this.stack.shift() as Place
    this.place = place
    const draft = this.draft(place.journey)
    if (++draft.steps > MOST_STEPS) {
      this.end(place.journey, { kind: 'unfinished', limit: `${MOST_STEPS} steps` })
      return
    }
    const next = step(this, place)
    putNext(this.stack, draft, next)
    if (draft.lost && !draft.ending && !this.stack.some((p) => p.journey === place.journey)) giveUp(this, draft)
    const goesOn = next[0]?.journey === place.journey || this.stack.some((p) => p.journey === place.journey)
    if (!draft.ending && !goesOn && !this.waits(place.journey))
      throw new Error(`journey ${place.journey} (${draft.title}) stopped at ${place.at} without an ending`)
  }

  /** Its packet waits for the address of a neighbour. */
  private readonly waits = (journey: number): boolean => [...this.held.values()].some((held) => held.some((p) => p.journey === journey))

  private fireNext(): void {
    this.timers.sort((a, b) => a.at - b.at || a.order - b.order)
    const timer = this.timers.shift()
    if (!timer) return
    this.moment.clock = Math.max(this.moment.clock, timer.at)
    timer.fire()
  }
}
