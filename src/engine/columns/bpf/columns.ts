import type { TraceEvent } from '../../../trace/event.ts'
import type { Scene } from '../language.ts'
import { elementRow, type Look } from '../look.ts'
import type { ChainColumn, ChainRow, FoldRow, TableVisit } from '../shape.ts'
import type { BpfSaid, SockCallName } from '../shape-bpf.ts'
import type { SaidRow } from '../shape-look.ts'
import { skbOf } from '../sight.ts'
import { bpfLook, deniedBy } from './look.ts'
import { type BpfRun, type MapEvent, runAt } from './run.ts'
import { costOf, placesOf, stayOf } from './where.ts'
import { goesOn, hooksSaid, leftIn, wireLine } from './wire.ts'

/** Lists up to this long are shown whole; of longer ones what was found, and its neighbours. */
const SHORT = 5

const said = (seq: number, bpf: BpfSaid, tone?: SaidRow['tone']): SaidRow => ({
  kind: 'said',
  seq,
  said: { code: 'bpf', bpf },
  rewrites: tone === undefined && isRewrite(bpf),
  ...(tone === undefined ? {} : { tone }),
})

const isRewrite = ({ is }: BpfSaid): boolean => is === 'sockaddr' || is === 'packet' || is === 'tunnel' || is === 'option'

const callOf = (attach: string): SockCallName | undefined => {
  const call = attach.replace(/[46]$/, '')
  return call === 'connect' || call === 'sendmsg' || call === 'recvmsg' || call === 'getpeername' ? call : undefined
}

/** What the program has in its hands: a call of a process, or a frame. */
function givenTo({ start, end, before }: BpfRun): readonly SaidRow[] {
  const { seq, attach, after } = start
  const call = callOf(attach)
  if (call !== undefined) {
    const socket = after.kind === 'socket' ? after.socket : undefined
    const peer = end?.address?.from ?? socket?.peer ?? ''
    return [said(seq, { is: 'call', call, who: socket?.owner ?? start.at.netns, peer }, 'card')]
  }
  const packet = skbOf(start)?.packet ?? skbOf(before)?.packet
  const line = packet && wireLine(packet)
  return line === undefined ? [] : [said(seq, { is: 'took', wire: line }, 'card')]
}

function programColumn(run: BpfRun): ChainColumn {
  const { start, end } = run
  const call = callOf(start.attach)
  const asks: BpfSaid = { is: 'asks', program: start.program, ...(call === undefined ? {} : { call }) }
  const believes =
    call !== undefined && end?.address !== undefined
      ? [said(start.seq, { is: 'believes', call, asked: call === 'connect' || call === 'sendmsg' ? end.address.from : end.address.to })]
      : []
  const type = start.at.device === undefined ? start.attach : `${start.at.device} ${start.attach}`
  return {
    chain: start.program,
    look: { kind: 'program', type },
    total: run.inner.filter((e) => e.kind === 'bpf-map' && e.op === 'lookup').length,
    rows: [...givenTo(run), said(start.seq, asks, 'hit'), ...believes],
  }
}

/** Elements around what was found; all of a short list, and why the others were not taken where that can be told. */
function elementRows(look: Look, seq: number, whole: boolean, again: boolean): readonly ChainRow[] {
  const { hit, total } = look
  const rows = (from: number, to: number): readonly ChainRow[] =>
    Array.from({ length: Math.max(0, to - from) }, (_, i) => elementRow(look, seq, from + i))
  const folded = (from: number, to: number): readonly ChainRow[] => {
    if (to - from <= 1) return rows(from, to)
    const fold: FoldRow = { kind: 'fold', seq, look: 0, from, count: to - from, tried: true, reasons: [] }
    return [fold]
  }
  // the same list was shown for the key before
  if (again && hit === undefined && look.why === true) return folded(0, total)
  if (!whole) return hit === undefined ? [] : rows(hit, hit + 1)
  if (total <= SHORT) return rows(0, total)
  if (hit === undefined) return [...rows(0, 2), ...folded(2, total)]
  const [from, to] = [Math.max(0, hit - 1), Math.min(total, hit + 2)]
  return [...folded(0, from), ...rows(from, to), ...folded(to, total)]
}

/** One look-up: its key by number, what was said of it, and the entries around. `whole`: the next look-up of the column is not the same map's. */
function lookRows(look: Look, seq: number, n: number, whole: boolean, again: boolean): readonly ChainRow[] {
  const notes = (list: Look['before']): readonly ChainRow[] =>
    (list ?? []).map((one) => (one.code === 'bpf' ? said(seq, one.bpf) : { kind: 'said', seq, said: one, rewrites: false }))
  const others = look.others ?? 0
  return [
    ...notes(look.before),
    { kind: 'key', seq, parts: look.key ?? [], absent: look.hit === undefined, n },
    ...elementRows(look, seq, whole, again),
    ...(whole && others > 0 && !(again && look.why === true) ? [said(seq, { is: 'others', count: others })] : []),
    ...notes(look.after),
  ]
}

/** What a step of the program did that is no look-up. */
function stepRow(e: TraceEvent): SaidRow | undefined {
  if (e.kind === 'bpf-map' && e.op === 'update') return said(e.seq, { is: 'noted', map: e.map, key: e.key, value: e.value ?? '' }, 'card')
  if (e.kind === 'nat') return said(e.seq, { is: 'packet', side: e.manip, from: e.from, to: e.to, undo: e.undo })
  if (e.kind === 'ttl') return said(e.seq, { is: 'ttl', left: e.left })
  if (e.kind !== 'route') return undefined
  const route = e.route === undefined || e.failed !== undefined ? {} : { route: e.route.text }
  return said(e.seq, { is: 'fib', dst: e.dst, ...route })
}

interface Open {
  readonly map: string
  readonly total: number
  readonly type: string
  readonly from: ChainColumn['from']
  readonly rows: ChainRow[]
  /** Its last look-up. */
  last: number
}

/** A column for each map, in the order of asking; what a program does between two look-ups stands under the one before. */
function mapColumns(scene: Scene, run: BpfRun, program: ChainRow[]): readonly ChainColumn[] {
  const open: Open[] = []
  const looked = run.inner.filter((e): e is MapEvent => e.kind === 'bpf-map' && e.op === 'lookup')
  let n = 0
  for (const e of run.inner) {
    const now = open.at(-1)
    const step = stepRow(e)
    if (step) (now?.rows ?? program).push(step)
    if (e.kind !== 'bpf-map' || e.op !== 'lookup') continue
    n++
    const look = bpfLook(scene, run, e)
    const next = looked[looked.indexOf(e) + 1]
    const explains = look?.why === true
    const whole = explains || next?.map !== e.map
    const rows = look ? lookRows(look, e.seq, n, whole, now?.map === e.map) : bareRows(e, n)
    if (now?.map === e.map) {
      now.rows.push(...rows)
      now.last = e.seq
      continue
    }
    const from = { column: open.length, seq: now?.last ?? run.start.seq, by: 'look' as const }
    const total = (look?.total ?? 0) + (look?.others ?? 0)
    open.push({ map: e.map, total, type: look?.type ?? 'agent', from, rows: [...rows], last: e.seq })
  }
  return open.map(
    ({ map, total, type, from, rows }): ChainColumn => ({
      chain: map,
      look: { kind: 'bpf-map', type },
      total,
      ...(from ? { from } : {}),
      rows,
    }),
  )
}

/** A look-up of a map that nobody lists: what the step itself told. */
const bareRows = (e: MapEvent, n: number): readonly ChainRow[] => [
  { kind: 'key', seq: e.seq, parts: [{ name: '', value: e.key }], absent: e.value === undefined, n },
  ...(e.value === undefined ? [] : [{ kind: 'element', seq: e.seq, index: 0, state: 'matched', text: e.value } as const]),
]

/** What comes of it: what the process or the packet has now, the line that tcpdump would show, and the hooks. */
function wireColumn(scene: Scene, run: BpfRun, from: ChainColumn['from']): ChainColumn {
  const { end, start } = run
  const seq = end?.seq ?? run.inner.at(-1)?.seq ?? start.seq
  const call = callOf(start.attach)
  const address = end?.address
  const changed: readonly BpfSaid[] = [
    ...(address && call ? [{ is: 'sockaddr' as const, call, from: address.from, to: address.to }] : []),
    ...leftIn(run),
  ]
  const failed = end !== undefined && (end.verdict === 'refuse' || end.verdict.startsWith('drop'))
  const verdict: readonly SaidRow[] = end
    ? [
        said(
          seq,
          { is: 'verdict', verdict: end.verdict, ...(end.errno === undefined ? {} : { errno: end.errno }) },
          failed ? 'drop' : undefined,
        ),
      ]
    : []
  const denied = deniedBy(scene, run)
  const packet = failed ? undefined : goesOn(run)
  const line = packet && call !== 'recvmsg' && call !== 'getpeername' ? wireLine(packet) : undefined
  const netns = scene.machines.netns(run.bpf.machine)
  const hooks = netns && hooksSaid(run, netns, stayOf(scene, run)[1])
  return {
    chain: '',
    look: { kind: 'wire', type: failed ? 'end' : (call ?? start.attach) },
    total: 0,
    ...(from ? { from } : {}),
    rows: [
      ...changed.map((one) => said(seq, one)),
      ...(denied ? [said(seq, denied, 'drop')] : []),
      ...(address || denied ? [] : verdict),
      ...(line === undefined ? [] : [{ kind: 'head' as const, seq, text: line }]),
      ...(hooks ? [said(seq, hooks)] : []),
    ],
  }
}

/** A program's run as a visit: the program, the maps that it asked, and what comes of it. undefined: no program ran at this event. */
export function bpfVisit(scene: Scene, number: number, seq: number): TableVisit | undefined {
  const run = runAt(scene, number, seq)
  if (!run) return undefined
  const { start, end } = run
  const program = programColumn(run)
  const own = [...program.rows]
  const maps = mapColumns(scene, run, own)
  const [last] = run.inner.filter((e) => e.kind === 'bpf-map' && e.op === 'lookup').slice(-1)
  const wire = wireColumn(scene, run, { column: maps.length, seq: last?.seq ?? start.seq, by: 'look' })
  const cost = costOf(scene, run)
  const device = start.at.device
  return {
    kind: 'bpf',
    table: start.program,
    base: device === undefined ? start.attach : `${device} ${start.attach}`,
    lookups: cost.lookups,
    evaluated: 0,
    matched: 0,
    first: start.seq,
    last: end?.seq ?? run.inner.at(-1)?.seq ?? start.seq,
    columns: [{ ...program, rows: own }, ...maps, wire],
    bpf: {
      attach: start.attach,
      ...(device === undefined ? {} : { device }),
      machine: run.bpf.machine,
      places: placesOf(scene, run),
      cost,
    },
  }
}

/** What a look-up at an event was, for who opens a fold. */
export function bpfLooks(scene: Scene, number: number, seq: number): readonly Look[] {
  const run = runAt(scene, number, seq)
  const event = run?.inner.find((e) => e.seq === seq)
  const look = run && event?.kind === 'bpf-map' ? bpfLook(scene, run, event) : undefined
  return look ? [look] : []
}
