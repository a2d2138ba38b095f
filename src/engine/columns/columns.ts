import { behind } from '../../trace/cause.ts'
import type { TraceEvent } from '../../trace/event.ts'
import { bpfColumns } from './bpf/late.ts'
import { ipvsVisit } from './ipvs.ts'
import type { Scene } from './language.ts'
import { elementRow, type Look } from './look.ts'
import { processColumns, processLooks } from './process.ts'
import type { ChainRow, FoldedRows, HookColumns, RuleRow } from './shape.ts'
import type { ElementRow } from './shape-look.ts'
import { isAnyStep } from './sight.ts'
import { hookAround, type Pass, passesOf } from './visit.ts'
import { eventBefore, type Hooked, languageFor, visitOf } from './visits.ts'

export type { Scene } from './language.ts'

const MOST_ROWS = 500

function hooked(scene: Scene, number: number, seq: number): Hooked | undefined {
  const journey = scene.journeys[number]
  const around = journey && hookAround(journey, seq)
  const netns = around && scene.machines.netns(journey.events[around.from]?.at.netns ?? '')
  return journey && around && netns ? { journey, ...around, netns } : undefined
}

const passesAt = (at: Hooked): readonly Pass[] => passesOf(at.journey.events.slice(at.from, at.to))

/** All chains that the packet entered at the hook around an event, or what a process did; undefined when nothing of the kind is there. */
export function columnsAt(scene: Scene, number: number, seq: number): HookColumns | undefined {
  const process = processColumns(scene, number, seq)
  if (process)
    return {
      ...process,
      causes: causesOf(
        scene,
        process.visits.flatMap((v) => v.columns.flatMap((c) => c.rows)),
      ),
    }
  const program = bpfAt(scene, number, seq)
  if (program) return program
  const at = hooked(scene, number, seq)
  const event = at?.journey.events[at.from]
  if (!at || event?.at.hook === undefined) return undefined
  const passes = passesAt(at)
  const stopped = at.to === at.journey.events.length && at.journey.ending.kind === 'unmodelled'
  const tables = passes.map((pass, i) => visitOf(scene, at, pass, stopped && passes.length - 1 === i))
  const ipvs = ipvsVisit(scene, at)
  const visits = ipvs ? [...tables, ipvs.visit].sort((a, b) => a.first - b.first) : tables
  const rows = visits.flatMap((v) => v.columns.flatMap((c) => c.rows))
  return { kind: 'columns', netns: at.netns.name, hook: event.at.hook, visits, causes: causesOf(scene, rows) }
}

/** Whether an event is a step of a program of eBPF. */
const isBpf = (event: TraceEvent | undefined): boolean => event?.kind === 'bpf' || event?.kind === 'bpf-map' || event?.kind === 'bpf-end'

/** The columns of a program that begins at an event. */
function bpfAt(scene: Scene, number: number, seq: number): HookColumns | undefined {
  const event = scene.journeys[number]?.events.find((e) => e.seq === seq)
  const visit = isBpf(event) ? bpfColumns.get().bpfVisit(scene, number, seq) : undefined
  if (!event || !visit) return undefined
  const rows = visit.columns.flatMap((c) => c.rows)
  return { kind: 'columns', netns: event.at.netns, visits: [visit], causes: causesOf(scene, rows) }
}

/** What a program looked up at an event; undefined: it is no step of one. */
function bpfLooksAt(scene: Scene, number: number, seq: number): readonly Look[] | undefined {
  const event = scene.journeys[number]?.events.find((e) => e.seq === seq)
  return event?.kind === 'bpf-map' ? bpfColumns.get().bpfLooks(scene, number, seq) : undefined
}

/** Rules [from, from + count) of the chain in which step `seq` happened, as that step met them. */
function rulesAt(scene: Scene, at: Hooked, seq: number, from: number, count: number): readonly RuleRow[] | undefined {
  const step = at.journey.events.find((e) => e.seq === seq)
  const pass = passesAt(at).find((p) => p.steps.some((s) => s.seq === seq))
  if (!step || !isAnyStep(step) || !pass) return undefined
  const ground = languageFor(scene, at.netns, pass).ground(step, eventBefore(at.journey, seq))
  if (!ground) return undefined
  const [first, last] = ground.passed
  const end = Math.min(ground.total, from + Math.min(count, MOST_ROWS))
  const rows: RuleRow[] = []
  for (let i = Math.max(0, from); i < end; i++) rows.push(ground.row(i, i >= first && i < last ? 'no' : 'unread'))
  return rows
}

/** What the event `seq` looked up. */
function looksAt(scene: Scene, at: Hooked, seq: number): readonly Look[] {
  const step = at.journey.events.find((e) => e.seq === seq)
  const pass = passesAt(at).find((p) => p.steps.some((s) => s.seq === seq))
  if (step?.kind === 'rule' && pass) return languageFor(scene, at.netns, pass).looks(step, eventBefore(at.journey, seq))
  return ipvsVisit(scene, at)?.looks ?? []
}

/** The rows that a fold stands for: `look` says that they are elements of this look-up of the event, else they are rules. */
export function rowsAt(scene: Scene, number: number, seq: number, from: number, count: number, look?: number): FoldedRows | undefined {
  const at = hooked(scene, number, seq)
  if (look === undefined) {
    const rules = at && rulesAt(scene, at, seq, from, count)
    return rules && { kind: 'rows', rows: rules, causes: causesOf(scene, rules) }
  }
  const found = (processLooks(scene, number, seq) ?? bpfLooksAt(scene, number, seq) ?? (at ? looksAt(scene, at, seq) : []))[look]
  if (!found) return undefined
  const end = Math.min(found.total, from + Math.min(count, MOST_ROWS))
  const rows: ElementRow[] = []
  for (let i = Math.max(0, from); i < end; i++) rows.push(elementRow(found, seq, i))
  return { kind: 'rows', rows, causes: causesOf(scene, rows) }
}

function causesOf(scene: Scene, rows: readonly ChainRow[]): HookColumns['causes'] {
  const needed: Record<number, HookColumns['causes'][number]> = {}
  for (const row of rows) {
    if ((row.kind !== 'rule' && row.kind !== 'element') || row.because === undefined || needed[row.because]) continue
    for (const id of behind(scene.causes, row.because)) {
      const cause = scene.causes[id]
      if (cause) needed[id] = cause
    }
  }
  return needed
}
