import type { AgentMap } from '../../../kernel/bpf/ast.ts'
import type { Scene } from '../language.ts'
import type { Look } from '../look.ts'
import type { BpfSaid } from '../shape-bpf.ts'
import type { Said } from '../shape-look.ts'
import { maglevSaid } from './maglev.ts'
import { type BpfRun, type MapEvent, mapNamed } from './run.ts'
import { isAgentMap, notedBefore } from './tables.ts'

const SLOT = / slot (\d+)/
const said = (bpf: BpfSaid): Said => ({ code: 'bpf', bpf })

/** What is said between a key and what was found: how this slot was come to. */
function chosenBy(run: BpfRun, event: MapEvent): readonly Said[] {
  const slot = Number(SLOT.exec(event.key)?.[1] ?? 0)
  if (slot === 0) return []
  const front = run.inner.filter((e): e is MapEvent => e.kind === 'bpf-map' && e.map === event.map && e.seq < event.seq).at(-1)
  const of = countOf(front?.value)
  return of === undefined ? [] : [said({ is: 'random', at: slot, of })]
}

const countOf = (value: string | undefined): number | undefined => {
  const found = /^count (\d+)/.exec(value ?? '')?.[1]
  return found === undefined ? undefined : Number(found)
}

const objectOf = (scene: Scene, id: number): readonly string[] => {
  const what = scene.causes[id]?.what
  return what !== undefined && 'object' in what ? [what.object] : []
}

/** Identities that every cluster has (pkg/identity/numericidentity.go). */
const RESERVED: Readonly<Record<number, string>> = { 1: 'reserved:host', 2: 'reserved:world', 6: 'reserved:remote-node' }

const identityIn = (value: unknown): number | undefined =>
  typeof value === 'object' && value !== null && 'identity' in value && typeof value.identity === 'number' ? value.identity : undefined

/** Who has the identity that a policy map is asked for: its addresses, as the ipcache knows them. */
function whoseKey(run: BpfRun, event: MapEvent): string {
  const identity = Number(/^identity (\d+) /.exec(event.key)?.[1] ?? Number.NaN)
  const map = mapNamed(run.bpf, 'cilium_ipcache')
  if (Number.isNaN(identity) || !map || !isAgentMap(map)) return ''
  const reserved = RESERVED[identity]
  if (reserved !== undefined) return reserved
  const entries = map.list()
  const keys: string[] = []
  for (let i = 0; i < entries.length; i++) {
    const entry = entries.at(i)
    if (entry && identityIn(entry.value) === identity) keys.push(entry.key.replace(/\/32$/, ''))
  }
  return keys.length > 3 ? `${keys.slice(0, 2).join(', ')} +${keys.length - 2}` : keys.join(', ')
}

/** What was found, in more words. */
function about(event: MapEvent, map: AgentMap<unknown>): readonly Said[] {
  const count = SLOT.exec(event.key)?.[1] === '0' ? countOf(event.value) : undefined
  if (count !== undefined) return [said({ is: 'front', count })]
  if (event.value !== undefined && event.map === 'cilium_lb4_maglev') {
    const maglev = maglevSaid(event.key, map)
    return maglev === undefined ? [] : [said(maglev)]
  }
  return []
}

/** Neither look-up of a policy map found anything: which policies make that a refusal. undefined: the program refused for another reason, or not at all. */
export function deniedBy(scene: Scene, run: BpfRun): BpfSaid | undefined {
  if (run.end?.verdict !== 'drop: Policy denied') return undefined
  const last = run.inner.filter((e): e is MapEvent => e.kind === 'bpf-map' && e.op === 'lookup').at(-1)
  const map = last && mapNamed(run.bpf, last.map)
  if (!map || !isAgentMap(map)) return undefined
  const policies = (map.denied?.(last.key) ?? []).flatMap((id) => objectOf(scene, id))
  return { is: 'denied', way: last.key.includes(' egress ') ? 'egress' : 'ingress', policies }
}

/** Keys longer than this are not said again under the same key. */
const LONG = 24

/** `slot 2 → backend_id 5`: the slots of one frontend are told apart by their numbers. */
function lineOf(key: string, value: string, asked: string): string {
  const short = key.replace(/^.*(?=slot \d)/, '')
  return short === asked && short.length > LONG ? `→ ${value}` : `${short} → ${value}`
}

/** One look-up of a map, with the entries that stand around it. undefined: the map is not listed. */
export function bpfLook(scene: Scene, run: BpfRun, event: MapEvent): Look | undefined {
  const map = mapNamed(run.bpf, event.map)
  if (!map) return undefined
  const base = {
    kind: 'bpf-map',
    title: event.map,
    key: [{ name: whoseKey(run, event), value: event.key }],
    before: chosenBy(run, event),
  } as const
  if (!isAgentMap(map)) {
    const entries = notedBefore(scene, run.bpf.machine, map, event.seq)
    const hit = entries.findIndex((e) => e.key === event.key)
    const affinity = event.map === 'cilium_lb4_affinity' ? [said({ is: 'affinity', known: hit >= 0 })] : []
    return {
      ...base,
      type: 'programs',
      total: entries.length,
      ...(hit < 0 ? {} : { hit }),
      after: affinity,
      element(index) {
        const e = entries[index]
        if (!e) return { text: '' }
        const { key, value, program, seq } = e
        return {
          text: lineOf(key, value, event.key),
          said: said({ is: 'by', ...(program === undefined ? {} : { program }), ...(seq === undefined ? {} : { seq }) }),
        }
      },
    }
  }
  const found = map.get(event.key)
  const entries = map.list(event.key)
  const all = map.list()
  let hit = -1
  if (found) for (let i = 0; i < entries.length && hit < 0; i++) if (entries.at(i)?.key === found.key) hit = i
  return {
    ...base,
    type: 'agent',
    total: entries.length,
    others: all.length - entries.length,
    why: map.why !== undefined,
    ...(hit < 0 ? {} : { hit }),
    after: about(event, map),
    element(index) {
      const e = entries.at(index)
      if (!e) return { text: '' }
      const why = index === hit ? undefined : map.why?.(event.key, e.key)
      return {
        text: lineOf(e.key, map.show(e.value), event.key),
        ...(why === undefined ? {} : { said: said({ is: 'miss', why }) }),
        ...(e.because === undefined ? {} : { because: e.because }),
      }
    },
  }
}
