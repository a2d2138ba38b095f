import type { StageNetns } from '../../src/answer.ts'
import type { Hook, TableName } from '../../src/trace/event.ts'
import { addPill, addStation, addText, addTrack, type Draft } from './draft.ts'
import { textWidth } from './measure.ts'
import type { NodePlan } from './places.ts'
import { layPods, layVeths } from './pods.ts'
import { bothWays, chain, oneWay, put } from './rails.ts'
import type { Rows } from './rows.ts'
import { hookName, wordsOf } from './words.ts'

interface Across {
  readonly left: number
  readonly right: number
  readonly pre: number
  readonly route: number
  readonly forward: number
  readonly output: number
  readonly post: number
  readonly middle: number
}

const half = (hook: Hook): number => textWidth(hookName(hook), 11, 'sans', 650) / 2

/** Where the stations stand: 12 px between every label and every vertical run, the rest shared out. */
function across(x: number, w: number): Across {
  const [left, right] = [x + 12, x + w - 12]
  const least = 24 + 4 * 12 + 2 * half('prerouting') + 2 * half('forward') + 2 * half('postrouting') + 24
  const spare = Math.max(0, right - left + 24 - least) / 6
  const pre = left + 12 + half('prerouting') + spare * 0.6
  const route = pre + half('prerouting') + 12 + spare * 1.3
  const forward = route + 12 + half('forward') + spare * 1.3
  const output = forward + half('forward') + 12 + spare * 1.1
  const post = output + 12 + half('postrouting') + spare * 1.1
  return { left, right, pre, route, forward, output, post, middle: x + w / 2 }
}

const deviceOf = (
  node: StageNetns,
  ...kinds: readonly StageNetns['devices'][number]['kind'][]
): StageNetns['devices'][number] | undefined => node.devices.find((v) => kinds.includes(v.kind))

/** The node's card towards the underlay: its physical device, or the one device that is neither bridge, tunnel nor a pod's. */
export const nicOf = (node: StageNetns): StageNetns['devices'][number] | undefined =>
  deviceOf(node, 'physical') ?? node.devices.find((v) => v.kind === 'veth' && v.master === undefined && v.dev.startsWith('e'))

/** The main line: PREROUTING, routing, FORWARD, POSTROUTING, with INPUT and OUTPUT on their branches to the processes. */
function layHooks(d: Draft, name: string, at: Across, rows: Rows, tables: ReadonlyMap<string, readonly TableName[]>): void {
  const id = (spot: string): string => `${name}/${spot}`
  const y = rows.main
  const label = (hook: Hook, x: number, room: number): void => {
    addText(d, id(`label:${hook}`), x, y - (rows.level > 0 ? 18 : 30), hookName(hook), {
      weight: 650,
      anchor: 'middle',
      ink: 'ink2',
      size: 11,
    })
    const list = (tables.get(`${name} ${hook}`) ?? []).join(' ')
    if (rows.level === 0 && list !== '')
      addText(d, id(`tables:${hook}`), x, y - 17, list, { font: 'mono', size: 11, anchor: 'middle', room })
  }
  addStation(d, name, 'pre', at.pre, y, 'ring', `${name} PREROUTING`)
  addStation(d, name, 'route', at.route, y, 'diamond', `${name} ${wordsOf(d.lang).route}`)
  addStation(d, name, 'fwd', at.forward, y, 'ring', `${name} FORWARD`)
  addStation(d, name, 'post', at.post, y, 'ring', `${name} POSTROUTING`)
  addStation(d, name, 'in', at.route, rows.branch, 'ring', `${name} INPUT`)
  addStation(d, name, 'out', at.output, rows.branch, 'ring', `${name} OUTPUT`)
  label('prerouting', at.pre, half('prerouting') * 2)
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
function layProcesses(d: Draft, name: string, at: Across, rows: Rows): void {
  const id = (spot: string): string => `${name}/${spot}`
  const [x, w] = [at.route - 24, at.output - at.route + 48]
  const words = wordsOf(d.lang)
  d.boxes.push({ id: id('processes'), role: 'processes', netns: name, lit: false, r: 9, x, y: rows.processes, w, h: 18 })
  addText(d, id('processes:label'), x + w / 2, rows.processes + 13, words.processes, { anchor: 'middle', room: w - 36 })
  const room = at.right - 12 - (x + w) - 12
  const kernel = words.kernel.find((k) => textWidth(k, d.small) <= room) ?? ''
  if (kernel !== '') addText(d, id('kernel:label'), at.right - 12, rows.processes + 13, kernel, { anchor: 'end', ink: 'kernel-text' })
  const y = rows.processes + 18
  put(d.rails, id('procIn'), at.route, y)
  put(d.rails, id('procOut'), at.output, y)
  chain(d.rails, id('route'), id('in'), id('procIn'))
  chain(d.rails, id('procOut'), id('out'), id('jOut'))
  addTrack(d, id('input'), [
    { x: at.route, y: rows.main },
    { x: at.route, y },
  ])
  addTrack(d, id('output'), [
    { x: at.output, y: rows.main },
    { x: at.output, y },
  ])
}

/** The bridge: a bar with its name, a rail in its upper half, and its own five hooks as small stops. */
function layBridge(d: Draft, plan: NodePlan, at: Across, rows: Rows): void {
  const name = plan.node.name
  const id = (spot: string): string => `${name}/${spot}`
  const bridge = deviceOf(plan.node, 'bridge')
  const [x, w] = [at.left - 6, at.right - at.left + 12]
  if (bridge !== undefined) {
    d.boxes.push({
      id: id('bridge'),
      role: 'bridge',
      netns: name,
      lit: d.touched.has(name),
      r: 9,
      x,
      y: rows.bridge,
      w,
      h: rows.bridgeEnd - rows.bridge,
    })
    const text = `${bridge.dev} ${bridge.addrs[0] ?? ''}`.trim()
    addText(d, id('bridge:label'), at.middle, rows.bridgeEnd - (rows.level === 2 ? 4 : 6), text, {
      font: 'mono',
      size: 11,
      anchor: 'middle',
      ink: 'kernel-text',
      room: w - 48,
    })
  }
  layVeths(d, plan, rows.rail, rows.bridge - 1)
  put(d.rails, id('gl.rail'), at.left, rows.rail)
  put(d.rails, id('gr.rail'), at.right, rows.rail)
  const veths = [...d.rails.points].filter(([k]) => k.startsWith(id('v:')))
  const free = (wish: number, by: number): number => {
    let found = wish
    for (let tries = 0; tries < 8 && veths.some(([, p]) => Math.abs(p.x - found) < 11); tries++) found += by
    return found
  }
  if (bridge !== undefined) {
    const stops: readonly (readonly [string, number, Hook])[] = [
      ['b.pre', free(at.left + 16, 5), 'prerouting'],
      ['b.in', free(at.left + 32, 5), 'input'],
      ['b.fwd', free(at.middle + 16, 7), 'forward'],
      ['b.post', free(at.right - 32, -5), 'postrouting'],
      ['b.out', free(at.right - 16, -5), 'output'],
    ]
    for (const [spot, sx, hook] of stops) addStation(d, name, spot, sx, rows.rail, 'small', `${name} ${bridge.dev} ${hook}`)
  }
  const onRail = [...d.rails.points].filter(([k, p]) => k.startsWith(`${name}/`) && p.y === rows.rail).sort((a, b) => a[1].x - b[1].x)
  for (const [i, [k]] of onRail.entries()) {
    const before = onRail[i - 1]
    if (before !== undefined) bothWays(d.rails, before[0], k)
  }
  addTrack(d, id('rail'), [
    { x: at.left, y: rows.rail },
    { x: at.right, y: rows.rail },
  ])
}

/** The tunnel device above the network card, and the outer packet's own hooks on two tracks: down on the left, up on the right. */
function layTunnel(d: Draft, node: StageNetns, at: Across, rows: Rows): void {
  const tunnel = deviceOf(node, 'vxlan', 'ipip')
  const name = node.name
  const id = (spot: string): string => `${name}/${spot}`
  if (tunnel === undefined) return
  const [down, up] = [at.middle - 15, at.middle + 15]
  put(d.rails, id('tun'), at.middle, rows.tunnel)
  addPill(d, name, tunnel.dev, at.middle, rows.tunnel, { width: Math.max(84, textWidth(tunnel.dev, 11, 'mono') + 18), height: 20 })
  const stop = (spot: string, x: number, y: number, hook: Hook): void => {
    addStation(d, name, spot, x, y, 'small', `${name} ${hookName(hook)} ${wordsOf(d.lang).outerPass}`)
    const left = x === down
    addText(d, id(`label:${spot}`), left ? x - 15 : x + 15, y + 4, hookName(hook), { anchor: left ? 'end' : 'start', size: 11 })
  }
  stop('oout', down, rows.outer1, 'output')
  stop('opost', down, rows.outer2, 'postrouting')
  stop('opre', up, rows.outer2, 'prerouting')
  stop('oin', up, rows.outer1, 'input')
  oneWay(d.rails, id('tun'), id('oout'), [{ x: down, y: rows.tunnel }])
  chain(d.rails, id('oout'), id('opost'))
  oneWay(d.rails, id('opost'), id('nic'), [{ x: down, y: rows.nic }])
  oneWay(d.rails, id('nic'), id('opre'), [{ x: up, y: rows.nic }])
  chain(d.rails, id('opre'), id('oin'))
  oneWay(d.rails, id('oin'), id('tun'), [{ x: up, y: rows.tunnel }])
  for (const [k, x] of [
    ['outer:down', down],
    ['outer:up', up],
  ] as const)
    addTrack(d, id(k), [
      { x, y: rows.tunnel },
      { x, y: rows.nic },
    ])
  put(d.rails, id('gl.tun'), at.left, rows.tunnel)
  put(d.rails, id('gr.tun'), at.right, rows.tunnel)
  addTrack(d, id('tunnel:track'), [
    { x: at.left, y: rows.tunnel },
    { x: at.right, y: rows.tunnel },
  ])
}

/** The gutters: up on the left to PREROUTING, away on the right from POSTROUTING; the network card at their foot. */
function layGutters(d: Draft, node: StageNetns, at: Across, rows: Rows, loop: boolean): void {
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

/** A node with all that it has, in a box x to x+w. */
export function layNode(
  d: Draft,
  plan: NodePlan,
  x: number,
  w: number,
  rows: Rows,
  tables: ReadonlyMap<string, readonly TableName[]>,
  loop: boolean,
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
  layPods(d, plan, x + 10, w - 20, rows)
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
  layBridge(d, plan, at, rows)
  layHooks(d, node.name, at, rows, tables)
  layProcesses(d, node.name, at, rows)
  layTunnel(d, node, at, rows)
  layGutters(d, node, at, rows, loop)
  const address = nic?.addrs[0]?.split('/')[0] ?? node.addresses[0] ?? ''
  addPill(d, node.name, nic?.dev ?? 'eth0', at.middle, rows.nic, { text: `${nic?.dev ?? 'eth0'} ${address}`, height: 20 })
  d.slots.set(node.name, { x: at.left + 12, y: rows.slot, w: at.right - at.left - 24, h: rows.slotEnd - rows.slot })
}
