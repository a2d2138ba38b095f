import type { Answer, StageNetns } from '../../src/answer.ts'
import type { Beat } from '../timeline/beats.ts'
import { addDoor, addPill, addStation, addText, addTrack, type Draft, emptyDraft } from './draft.ts'
import { textWidth } from './measure.ts'
import { layNode } from './node.ts'
import { daemonsOf, foldedNode, gap, type NodePlan, type Plan, planOf, tablesOf } from './places.ts'
import { layPods, mainDevice } from './pods.ts'
import { bothWays, put } from './rails.ts'
import { type Rows, rowsOf } from './rows.ts'
import type { Box } from './shapes.ts'
import { layTiles } from './tiles.ts'
import { type Lang, wordsOf } from './words.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

/** All places of one walk. They depend on the answer, the size and the language, never on the playhead. */
export interface Layout {
  readonly size: Size
  /** Kept free for the buttons that lie over the picture. */
  readonly tools: Box
  readonly rows: Rows
  readonly draft: Draft
  readonly plan: Plan
  /** netns → kind, and pod → its node. */
  readonly kinds: ReadonlyMap<string, StageNetns['kind']>
  readonly nodes: ReadonlyMap<string, string>
}

/** A node on the way for which there is no room: pods, one capsule for its whole kernel, the card. */
function layFolded(d: Draft, plan: NodePlan, x: number, w: number, rows: Rows, stops: number): void {
  const { node } = plan
  const id = (spot: string): string => `${node.name}/${spot}`
  const mid = x + w / 2
  d.boxes.push({ id: node.name, role: 'node', netns: node.name, lit: true, r: 14, x, y: rows.top, w, h: rows.bottom - rows.top })
  addText(d, id('title'), x + 12, rows.title, node.title, { size: 13, weight: 650, ink: 'ink', room: w - 24 })
  addDoor(d, 'node', node, { x, y: rows.top, w, h: rows.pods - rows.top - 1 })
  layPods(d, plan, x + 7, w - 14, rows)
  d.boxes.push({
    id: id('kernel'),
    role: 'kernel',
    netns: node.name,
    lit: true,
    r: 10,
    x: x + 7,
    y: rows.kernel,
    w: w - 14,
    h: rows.kernelEnd - rows.kernel,
  })
  addStation(d, node.name, 'cap', mid, rows.main, 'capsule', node.title)
  addText(d, id('kernel:label'), mid + 16, rows.main - 26, wordsOf(d.lang).kernel.at(-1) ?? '', { ink: 'kernel-text' })
  addText(d, id('stops'), mid + 16, rows.main + 4, `×${stops}`, { weight: 650, ink: 'ink2' })
  put(d.rails, id('nic'), mid, rows.nic)
  put(d.rails, id('wire'), mid, rows.wire)
  bothWays(d.rails, id('cap'), id('nic'))
  bothWays(d.rails, id('nic'), id('wire'))
  for (const pod of plan.pods) {
    const dev = d.rails.points.get(`${pod.name}/dev`)
    if (dev === undefined) continue
    bothWays(
      d.rails,
      `${pod.name}/dev`,
      id('cap'),
      dev.x === mid
        ? []
        : [
            { x: dev.x, y: rows.bridge },
            { x: mid, y: rows.bridge },
          ],
    )
    addTrack(d, `${pod.name}/folded`, [dev, { x: dev.x, y: rows.bridge }, { x: mid, y: rows.bridge }, { x: mid, y: rows.main }])
  }
  addTrack(d, id('down'), [
    { x: mid, y: rows.main },
    { x: mid, y: rows.wire },
  ])
  addPill(d, node.name, 'eth0', mid, rows.nic, { height: 20 })
  d.slots.set(node.name, { x: x + 14, y: rows.slot, w: w - 28, h: rows.slotEnd - rows.slot })
}

const hostWidth = 156

/** An outside host hangs below the underlay. */
function layHost(d: Draft, host: StageNetns, x: number, rows: Rows): void {
  const lit = d.touched.has(host.name)
  const at = x + 30
  d.boxes.push({ id: host.name, role: 'host', netns: host.name, lit, r: 10, x, y: rows.below, w: hostWidth, h: 46 })
  put(d.rails, `${host.name}/wire`, at, rows.wire)
  put(d.rails, `${host.name}/dev`, at, rows.below)
  bothWays(d.rails, `${host.name}/wire`, `${host.name}/dev`)
  addTrack(d, `${host.name}/down`, [
    { x: at, y: rows.wire },
    { x: at, y: rows.below },
  ])
  addPill(d, host.name, mainDevice(host), at, rows.below, { height: 16 })
  addStation(d, host.name, 'proc', at, rows.below + 26, 'square', host.title)
  bothWays(d.rails, `${host.name}/proc`, `${host.name}/dev`)
  addText(d, `${host.name}/title`, x + 56, rows.below + 22, host.title, {
    size: 12,
    weight: lit ? 650 : 500,
    ink: lit ? 'ink' : 'muted',
    room: hostWidth - 62,
    full: host.madeUp ? `${host.name} (${wordsOf(d.lang).madeUp})` : host.name,
    slanted: host.madeUp,
  })
  addText(d, `${host.name}/address`, x + 56, rows.below + 37, host.addresses[0] ?? '', { font: 'mono', size: 11, room: hostWidth - 60 })
}

/** The underlay: a thick line, with a stop half-way between any two places that hang on it. */
function layWire(d: Draft, width: number, rows: Rows, name: string): void {
  d.boxes.push({ id: 'underlay', role: 'wire', lit: false, r: 3, x: gap, y: rows.wire - 3, w: width - 2 * gap, h: 6 })
  const ends = [...d.rails.points]
    .filter(([k, p]) => k.endsWith('/wire') && p.y === rows.wire)
    .map(([k, p]) => ({ netns: k.slice(0, -5), x: p.x }))
  for (const [i, a] of ends.entries())
    for (const b of ends.slice(i + 1)) {
      const [from, to] = a.netns < b.netns ? [a, b] : [b, a]
      put(d.rails, `${name}/${from.netns}|${to.netns}`, (a.x + b.x) / 2, rows.wire)
    }
  const onWire = [...d.rails.points].filter(([, p]) => p.y === rows.wire).sort((a, b) => a[1].x - b[1].x)
  for (const [i, [k]] of onWire.entries()) {
    const before = onWire[i - 1]
    if (before !== undefined) bothWays(d.rails, before[0], k)
  }
}

/** The most stops that one packet makes in a node's kernel. */
function stopsIn(node: string, beats: readonly Beat[]): number {
  const counts = new Map<number, number>()
  for (const b of beats) if (b.place === node) counts.set(b.journey, (counts.get(b.journey) ?? 0) + 1)
  return Math.max(0, ...counts.values())
}

/** Kept free for the buttons in the lower right corner, px. */
export const toolsSize = { w: 92, h: 32 }

const toolsAt = (width: number, height: number): Box => ({ x: width - toolsSize.w, y: height - toolsSize.h, ...toolsSize })

/** The name of the underlay under its right end, beside the buttons where those reach so high. */
function layWireLabel(
  d: Draft,
  { net }: NonNullable<Answer['stage']>['underlay'],
  width: number,
  height: number,
  rows: Rows,
  cropped: boolean,
): void {
  const words = wordsOf(d.lang)
  const label = textWidth(words.underlay, d.small) + textWidth(net, 11, 'mono') + 6
  // a picture higher than its stage is cropped, and the buttons lie wherever that ends
  const right = cropped || rows.wire + 25 > height - toolsSize.h ? width - toolsSize.w - 6 : width - gap - 4
  const from = right - label
  addText(d, 'underlay/label', from, rows.wire + 21, words.underlay)
  addText(d, 'underlay/net', from + textWidth(words.underlay, d.small) + 6, rows.wire + 21, net, { font: 'mono', size: 11 })
}

/** Lays out the wide stage; undefined when there is nothing to show. `alone`: the one node that is looked at. */
export function layoutOf(answer: Answer, beats: readonly Beat[], size: Size, lang: Lang, alone?: string): Layout | undefined {
  const stage = answer.stage
  if (stage === undefined || !stage.netns.some((n) => n.kind === 'node')) return undefined
  const roomy = planOf(stage, beats, size.width, alone)
  const near = alone !== undefined && roomy.whole[0]?.node.name === alone
  const shown = [...roomy.whole, ...roomy.folded]
  const loop = beats.some((b) => b.device === 'lo' && b.kind === 'device')
  const tunnel = shown.some((p) => p.node.devices.some((v) => v.kind === 'vxlan' || v.kind === 'ipip'))
  const rowsFor = (p: Plan): Rows =>
    rowsOf({ height: size.height, near, tiles: p.tiles.length > 0, hosts: p.hosts.length > 0, loop, tunnel })
  // On a low stage, hosts that the walk does not touch give their row to the nodes.
  const plan = rowsFor(roomy).level > 0 ? { ...roomy, hosts: roomy.hosts.filter((h) => roomy.touched.has(h.name)) } : roomy
  const rows = rowsFor(plan)
  const d = emptyDraft(lang, plan.touched)
  const tables = tablesOf(beats, (b) => answer.walk?.journeys[b.journey]?.events.slice(b.from, b.to) ?? [])
  const daemons = daemonsOf(answer)
  const width = (size.width - gap - plan.folded.length * (foldedNode + gap)) / plan.whole.length - gap
  let x = gap
  for (const p of plan.whole) {
    layNode(d, p, x, width, rows, { tables, daemon: daemons.get(p.node.name) }, loop, near)
    x += width + gap
  }
  for (const p of plan.folded) {
    layFolded(d, p, x, foldedNode, rows, stopsIn(p.node.name, beats))
    x += foldedNode + gap
  }
  let at = gap
  for (const host of plan.hosts) {
    layHost(d, host, at, rows)
    at += hostWidth + 12
  }
  const downs = [...plan.whole, ...plan.folded].flatMap((p) => d.rails.points.get(`${p.node.name}/nic`)?.x ?? [])
  layTiles(d, plan.tiles, downs, size.width, rows, (node) => stage.netns.filter((n) => n.kind === 'pod' && n.node === node).length)
  layWire(d, size.width, rows, stage.underlay.name)
  const height = Math.max(size.height, rows.total)
  layWireLabel(d, stage.underlay, size.width, height, rows, rows.total > size.height)
  return {
    size: { width: size.width, height },
    tools: toolsAt(size.width, height),
    rows,
    draft: d,
    plan,
    kinds: new Map(stage.netns.map((n) => [n.name, n.kind])),
    nodes: new Map(stage.netns.flatMap((n) => (n.node === undefined ? [] : [[n.name, n.node]]))),
  }
}
