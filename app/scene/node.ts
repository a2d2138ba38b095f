import type { StageNetns } from '../../src/answer.ts'
import type { Hook } from '../../src/trace/event.ts'
import { type Across, across, deviceOf, half } from './across.ts'
import { layBridge } from './bridge.ts'
import { addDoor, addPill, addStation, addText, addTrack, type Draft } from './draft.ts'
import { textWidth } from './measure.ts'
import type { NodePlan } from './places.ts'
import { layPods, vethName } from './pods.ts'
import { bothWays, chain, oneWay, put } from './rails.ts'
import type { Rows } from './rows.ts'
import { layTunnel } from './tunnel.ts'
import { hookName, wordsOf } from './words.ts'

/** The node's card towards the underlay: its physical device, or the one device that is neither bridge, tunnel nor a pod's. */
export const nicOf = (node: StageNetns): StageNetns['devices'][number] | undefined =>
  deviceOf(node, 'physical') ?? node.devices.find((v) => v.kind === 'veth' && v.master === undefined && v.dev.startsWith('e'))

/** The main line: PREROUTING, routing, FORWARD, POSTROUTING, with INPUT and OUTPUT on their branches to the processes. */
export function layHooks(d: Draft, name: string, at: Across, rows: Rows, tables: ReadonlyMap<string, readonly string[]>): void {
  const id = (spot: string): string => `${name}/${spot}`
  const y = rows.main
  const label = (hook: Hook, x: number, room: number): void => {
    addText(d, id(`label:${hook}`), x, y - (rows.level > 0 ? 18 : 30), hookName(hook), {
      weight: 650,
      anchor: 'middle',
      ink: 'ink2',
      size: 11,
    })
    const asked = tables.get(`${name} ${hook}`) ?? []
    const list = asked.join(' ')
    if (rows.level > 0 || list === '') return
    const fits = textWidth(list, 11, 'mono') <= room
    addText(d, id(`tables:${hook}`), x, y - 17, fits ? list : wordsOf(d.lang).tables(asked.length), {
      ...(fits ? { font: 'mono' as const, size: 11 } : { full: list }),
      anchor: 'middle',
      room,
    })
  }
  addStation(d, name, 'pre', at.pre, y, 'ring', `${name} PREROUTING`)
  addStation(d, name, 'route', at.route, y, 'diamond', `${name} ${wordsOf(d.lang).route}`)
  addStation(d, name, 'fwd', at.forward, y, 'ring', `${name} FORWARD`)
  addStation(d, name, 'post', at.post, y, 'ring', `${name} POSTROUTING`)
  addStation(d, name, 'in', at.route, rows.branch, 'ring', `${name} INPUT`)
  addStation(d, name, 'out', at.output, rows.branch, 'ring', `${name} OUTPUT`)
  label('prerouting', at.pre, Math.max(half('prerouting') * 2, 2 * Math.min(at.pre - at.left - 9, at.route - at.pre - 20)))
  label('forward', at.forward, half('forward') * 2)
  label('postrouting', at.post, half('postrouting') * 2)
  addText(d, id('label:input'), at.route - 13, rows.branch + 4, 'INPUT', { weight: 650, anchor: 'end', ink: 'ink2', size: 11 })
  addText(d, id('label:output'), at.output + 13, rows.branch + 4, 'OUTPUT', { weight: 650, ink: 'ink2', size: 11 })
  d.routeLabels.set(name, { x: at.route, y: y + 27, room: 2 * Math.min(at.route - at.pre - 22, at.forward - at.route - 6) })
  put(d.rails, id('jOut'), at.output, y)
  put(d.rails, id('m.in'), (at.pre + at.route) / 2, y)
  put(d.rails, id('m.fwd'), (at.route + 14 + at.forward) / 2, y)
  put(d.rails, id('m.post'), (at.output + at.post) / 2, y)
  chain(d.rails, id('pre'), id('m.in'), id('route'), id('m.fwd'), id('fwd'), id('jOut'), id('m.post'), id('post'))
  // A bridged packet is never routed: its line steps over the place of the decision.
  const over = [at.route - 14, at.route + 14]
  const bump = [
    { x: over[0] ?? 0, y },
    { x: over[0] ?? 0, y: y - 17 },
    { x: over[1] ?? 0, y: y - 17 },
    { x: over[1] ?? 0, y },
  ]
  const fwd = d.rails.points.get(id('m.fwd'))
  oneWay(d.rails, id('m.in'), id('m.fwd'), bump, fwd === undefined ? 1 : fwd.x - (at.pre + at.route) / 2 - 0.5)
  addTrack(d, id('main'), [
    { x: at.left, y },
    { x: at.right, y },
  ])
}

/** The node's own processes, above INPUT and OUTPUT. */
export function layProcesses(d: Draft, name: string, at: Across, rows: Rows, daemon?: string): void {
  const id = (spot: string): string => `${name}/${spot}`
  const [x, w] = [at.route - 24, at.output - at.route + 48]
  const words = wordsOf(d.lang)
  d.boxes.push({ id: id('processes'), role: 'processes', netns: name, lit: daemon !== undefined, r: 9, x, y: rows.processes, w, h: 18 })
  addText(d, id('processes:label'), x + w / 2, rows.processes + 13, daemon ?? words.processes, { anchor: 'middle', room: w - 36 })
  const room = at.right - 12 - (x + w) - 12
  const kernel = words.kernel.find((k) => textWidth(k, d.small) <= room) ?? ''
  if (kernel !== '') addText(d, id('kernel:label'), at.right - 12, rows.processes + 13, kernel, { anchor: 'end', ink: 'kernel-text' })
  const y = rows.processes + 18
  put(d.rails, id('procIn'), at.route, y)
  put(d.rails, id('procOut'), at.output, y)
  chain(d.rails, id('route'), id('in'), id('procIn'))
  chain(d.rails, id('procOut'), id('out'), id('jOut'))
  // What a node sends itself, or IPVS takes out of INPUT, is never forwarded: its line steps under that place.
  const [from, to] = [at.forward - 14, at.forward + 14]
  const via = [
    { x: from, y: rows.main },
    { x: from, y: rows.main + 15 },
    { x: to, y: rows.main + 15 },
    { x: to, y: rows.main },
    { x: at.output, y: rows.main },
  ]
  oneWay(d.rails, id('route'), id('out'), via, at.output - at.route + rows.main - rows.branch - 1)
  addTrack(d, id('input'), [
    { x: at.route, y: rows.main },
    { x: at.route, y },
  ])
  addTrack(d, id('output'), [
    { x: at.output, y: rows.main },
    { x: at.output, y },
  ])
}

/** The gutters: up on the left to PREROUTING, away on the right from POSTROUTING; the network card at their foot. */
export function layGutters(d: Draft, node: StageNetns, at: Across, rows: Rows, loop: boolean): void {
  const name = node.name
  const id = (spot: string): string => `${name}/${spot}`
  put(d.rails, id('gl.main'), at.left, rows.main)
  put(d.rails, id('gr.main'), at.right, rows.main)
  put(d.rails, id('gl.nic'), at.left, rows.nic)
  put(d.rails, id('gr.nic'), at.right, rows.nic)
  chain(d.rails, id('gl.rail'), id('gl.main'), id('pre'))
  chain(d.rails, id('post'), id('gr.main'), id('gr.rail'))
  chain(d.rails, id('nic'), id('gl.nic'))
  chain(d.rails, id('gr.nic'), id('nic'))
  const has = (spot: string): boolean => d.rails.points.has(id(spot))
  if (loop) {
    put(d.rails, id('gl.loop'), at.left, rows.loop)
    put(d.rails, id('gr.loop'), at.right, rows.loop)
    put(d.rails, id('lo'), at.middle, rows.loop)
    addPill(d, name, 'lo', at.middle, rows.loop)
    chain(d.rails, id('gr.main'), id('gr.loop'), id('lo'), id('gl.loop'), id('gl.main'))
    addTrack(d, id('loop'), [
      { x: at.left, y: rows.loop },
      { x: at.right, y: rows.loop },
    ])
  }
  chain(d.rails, ...['gl.nic', 'gl.tun', 'gl.loop', 'gl.main'].filter(has).map(id))
  chain(d.rails, ...['gr.main', 'gr.loop', 'gr.tun', 'gr.nic'].filter(has).map(id))
  chain(d.rails, id('tun'), id('gl.tun'))
  chain(d.rails, id('gr.tun'), id('tun'))
  for (const x of [at.left, at.right])
    addTrack(d, id(x === at.left ? 'left' : 'right'), [
      { x, y: rows.rail },
      { x, y: rows.nic },
    ])
  addTrack(d, id('nic:track'), [
    { x: at.left, y: rows.nic },
    { x: at.right, y: rows.nic },
  ])
  addTrack(d, id('down'), [
    { x: at.middle, y: rows.nic },
    { x: at.middle, y: rows.wire },
  ])
}

/** A node with all that it has, in a box x to x+w. `told`: what the walk tells of it, tables that spoke at a hook, a program that took part. */
export function layNode(
  d: Draft,
  plan: NodePlan,
  x: number,
  w: number,
  rows: Rows,
  told: { readonly tables: ReadonlyMap<string, readonly string[]>; readonly daemon: string | undefined },
  loop: boolean,
  near: boolean,
): void {
  const { node } = plan
  const words = wordsOf(d.lang)
  const lit = d.touched.has(node.name)
  d.boxes.push({ id: node.name, role: 'node', netns: node.name, lit, r: 14, x, y: rows.top, w, h: rows.bottom - rows.top })
  const user = textWidth(words.userSpace, d.small)
  addText(d, `${node.name}/title`, x + 14, rows.title, node.title, { size: 13, weight: 650, ink: 'ink', room: w / 2 - 20 })
  const after = x + 14 + Math.min(w / 2 - 20, textWidth(node.title, 13, 'sans', 650)) + 10
  addText(d, `${node.name}/address`, after, rows.title, node.addresses[0] ?? '', {
    font: 'mono',
    size: 11,
    room: x + w - 14 - user - 10 - after,
  })
  addText(d, `${node.name}/user`, x + w - 14, rows.title, words.userSpace, { anchor: 'end' })
  if (!near) addDoor(d, 'node', node, { x, y: rows.top, w, h: rows.pods - rows.top - 1 })
  layPods(d, plan, x + 10, w - 20 - (near ? vethName : 0), rows)
  const [kx, kw] = [x + 7, w - 14]
  d.boxes.push({
    id: `${node.name}/kernel`,
    role: 'kernel',
    netns: node.name,
    lit,
    r: 10,
    x: kx,
    y: rows.kernel,
    w: kw,
    h: rows.kernelEnd - rows.kernel,
  })
  const at = across(kx, kw)
  const nic = nicOf(node)
  put(d.rails, `${node.name}/nic`, at.middle, rows.nic)
  put(d.rails, `${node.name}/wire`, at.middle, rows.wire)
  bothWays(d.rails, `${node.name}/nic`, `${node.name}/wire`)
  layBridge(d, plan, at, rows, near)
  layHooks(d, node.name, at, rows, told.tables)
  layProcesses(d, node.name, at, rows, told.daemon)
  layTunnel(d, node, at, rows)
  layGutters(d, node, at, rows, loop)
  const address = nic?.addrs[0]?.split('/')[0] ?? node.addresses[0] ?? ''
  addPill(d, node.name, nic?.dev ?? 'eth0', at.middle, rows.nic, {
    text: `${nic?.dev ?? 'eth0'} ${address}`,
    height: 20,
    bpf: nic?.bpf,
  })
  d.slots.set(node.name, { x: at.left + 12, y: rows.slot, w: at.right - at.left - 24, h: rows.slotEnd - rows.slot })
}
