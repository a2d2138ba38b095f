import { endpointText } from '../../net/message.ts'
import type { TraceEvent } from '../../trace/event.ts'
import type { Portal } from '../../userspace/proxy/roundrobin.ts'
import type { Scene } from './language.ts'
import { type Look, lookColumn } from './look.ts'
import type { HookColumns } from './shape.ts'
import type { Said } from './shape-look.ts'

type ProcessEvent = Extract<TraceEvent, { readonly kind: 'process' }>

/** One choice of the proxy: for which service port, which of its endpoints, for whom. */
interface Chosen {
  readonly event: ProcessEvent
  readonly journey: number
  readonly portal: Portal
  /** undefined: it has none, or gave up. */
  readonly endpoint: number | undefined
  readonly client: string
  readonly local: string
}

const hostOf = (end: string): string => end.slice(0, end.lastIndexOf(':'))
const portOf = (end: string): number => Number(end.slice(end.lastIndexOf(':') + 1))
const end = (e: Portal['endpoints'][number] | undefined): string => (e ? endpointText(e.address, e.port) : '')

function chosenBy(scene: Scene, event: TraceEvent | undefined, journey: number): Chosen | undefined {
  if (event?.kind !== 'process' || event.after.kind !== 'socket') return undefined
  const { socket } = event.after
  const portals = scene.portals?.(event.at.netns, event.process)
  const portal = portals?.find((p) => p.proto === socket.proto && p.port === portOf(socket.local))
  if (!portal) return undefined
  const at = portal.endpoints.findIndex((e) => event.what === `${portal.name} -> ${end(e)}`)
  return { event, journey, portal, endpoint: at < 0 ? undefined : at, client: socket.peer ?? '', local: socket.local }
}

/** Choices of the same process for the same service port up to this one. */
const choicesBefore = (scene: Scene, now: Chosen): readonly Chosen[] =>
  scene.journeys
    .flatMap(({ events }, journey) => events.flatMap((e) => chosenBy(scene, e, journey) ?? []))
    .filter((c) => c.event.process === now.event.process && c.portal === now.portal && c.event.seq < now.event.seq)
    .sort((a, b) => a.event.seq - b.event.seq)

const startOf = (scene: Scene, c: Chosen): number => scene.journeys[c.journey]?.start ?? 0

/** A client with an endpoint of its own; a dial that failed gives it up. */
function staysWith(scene: Scene, now: Chosen, before: readonly Chosen[]): boolean {
  const { affinity } = now.portal
  const mine = before.filter((c) => hostOf(c.client) === hostOf(now.client)).at(-1)
  if (affinity === undefined || mine === undefined || mine.client === now.client) return false
  return mine.endpoint === now.endpoint && startOf(scene, now) - startOf(scene, mine) < affinity * 1e9
}

/** Where the process dials: the connection of its own that goes on from here. */
function dialled(scene: Scene, now: Chosen, attempt: number): readonly Said[] {
  const to = end(now.portal.endpoints[now.endpoint ?? -1])
  const own = scene.journeys.find(
    (j) =>
      j.parent?.as === 'onward' && (j.events[0]?.seq ?? 0) > now.event.seq && endpointText(j.connection.dst, j.connection.dport) === to,
  )
  return own ? [{ code: 'dials', from: endpointText(own.connection.src, own.connection.sport), to, attempt }] : []
}

function endpointsLook(scene: Scene, now: Chosen): Look {
  const { portal, endpoint } = now
  const before = choicesBefore(scene, now)
  const attempt = before.filter((c) => c.client === now.client).length
  const all = portal.endpoints
  const stays = endpoint !== undefined && staysWith(scene, now, before)
  // whoever stays does not move the pointer
  const last = before
    .filter(
      (c) =>
        !staysWith(
          scene,
          c,
          before.filter((b) => b.event.seq < c.event.seq),
        ),
    )
    .at(-1)
  const said = (): readonly Said[] => {
    if (endpoint === undefined) return [{ code: all.length === 0 ? 'no-endpoints' : 'gave-up' }]
    const [mine, client] = [end(all[endpoint]), hostOf(now.client)]
    if (stays) return [{ code: 'stays', client, now: mine, seconds: portal.affinity ?? 0 }]
    const next = end(all[(endpoint + 1) % all.length])
    const was = last?.endpoint === undefined ? {} : { last: end(all[last.endpoint]) }
    const kept: readonly Said[] = portal.affinity === undefined ? [] : [{ code: 'kept', client, seconds: portal.affinity }]
    return [{ code: 'turn', ...was, now: mine, next, ring: all.map(end) }, ...kept, { code: 'own-pointer' }]
  }
  return {
    kind: 'endpoints',
    title: portal.name,
    type: 'round robin',
    total: all.length,
    ...(endpoint === undefined ? {} : { hit: endpoint }),
    before: said(),
    after: dialled(scene, now, attempt),
    element(index) {
      const e = all[index]
      const away = endpoint === undefined || index === endpoint ? undefined : (index - endpoint + all.length) % all.length
      const why: Said | undefined = stays ? { code: 'other-stays' } : away === undefined ? undefined : { code: 'later-turn', after: away }
      const cause = e?.because === undefined ? {} : { because: e.because }
      return { text: end(e), ...(why && index !== endpoint ? { said: why } : {}), ...cause }
    },
  }
}

function listenersLook(scene: Scene, now: Chosen): Look {
  const portals = scene.portals?.(now.event.at.netns, now.event.process) ?? []
  const { connection } = scene.journeys[now.journey] ?? {}
  const asked = connection ? endpointText(connection.dst, connection.dport) : ''
  return {
    kind: 'listeners',
    title: now.event.process,
    type: 'userspace',
    total: portals.length,
    key: [
      { name: 'protocol', value: now.portal.proto },
      { name: 'port', value: `${now.portal.port}` },
    ],
    hit: portals.indexOf(now.portal),
    before: [{ code: 'removed' }],
    after: [{ code: 'accepted', from: now.client, to: now.local, asked }],
    element(index) {
      const p = portals[index]
      return { text: p ? `${p.proto} ${p.port} ${p.name}` : '' }
    },
  }
}

const chosenAt = (scene: Scene, number: number, seq: number): Chosen | undefined =>
  chosenBy(
    scene,
    scene.journeys[number]?.events.find((e) => e.seq === seq),
    number,
  )

/** What the proxy process of the userspace mode looked into at an event; undefined: it is no choice of such a process. */
export function processLooks(scene: Scene, number: number, seq: number): readonly Look[] | undefined {
  const now = chosenAt(scene, number, seq)
  return now && [listenersLook(scene, now), endpointsLook(scene, now)]
}

/** The same as columns. */
export function processColumns(scene: Scene, number: number, seq: number): HookColumns | undefined {
  const now = chosenAt(scene, number, seq)
  const looks = processLooks(scene, number, seq)
  if (!now || !looks) return undefined
  const columns = looks.map((look, i) => lookColumn(look, seq, i, i === 0 ? undefined : { column: i - 1, seq, by: 'look' as const }))
  const visit = {
    kind: 'process' as const,
    table: now.event.process,
    base: 'userspace',
    evaluated: 0,
    matched: 0,
    first: seq,
    last: seq,
    columns,
  }
  return { kind: 'columns', netns: now.event.at.netns, visits: [visit], causes: {} }
}
