import type { Answer, StageDevice } from '../../../../src/answer.ts'
import { sayIn } from '../../../panels/book.ts'
import type { Beat } from '../../../timeline/beats.ts'
import { across, deviceOf } from '../../across.ts'
import { layBar } from '../../bridge.ts'
import { addPill, addStation, addText, addTrack, type Draft, emptyDraft } from '../../draft.ts'
import { type Layout, type Size, toolsSize } from '../../layout.ts'
import { textWidth } from '../../measure.ts'
import { layGutters, layHooks, layProcesses, nicOf } from '../../node.ts'
import { daemonsOf, gap, tablesOf } from '../../places.ts'
import { bothWays, put } from '../../rails.ts'
import type { Rows } from '../../rows.ts'
import type { Box, TagShape } from '../../shapes.ts'
import { layTunnel } from '../../tunnel.ts'
import type { Lang } from '../../words.ts'
import { layDevice, layTable, leading, type Row } from './cards.ts'
import type { Pair, PairFacts } from './facts.ts'
import { rowsBelow } from './rows.ts'
import { book } from './words.ts'

interface Spot {
  readonly x: number
  readonly y: number
  readonly room: number
}

/** A pair laid out: what stays through the walk, and where the lines of the tables stand. */
export interface PairLayout {
  readonly layout: Layout
  readonly tables: Readonly<Record<'podRoutes' | 'podNeighbours' | 'nodeRoutes' | 'fdb', readonly Row[]>>
  readonly tags: readonly TagShape[]
  /** Under the Pod's namespace: room for the packet's headers. */
  readonly packet: Omit<Box, 'h'>
  /** Under the Pod's tables: room for what ARP was asked. */
  readonly arp: Spot
  /** Where the socket's name ends, beside the process. */
  readonly socket: Spot
  /** Where a word about the last look-up in the FDB ends. */
  readonly fdbNote: Spot
}

const between = 84
/** Lines kept free for what ARP was asked. */
export const arpLines = 3
/** Height of the two devices: four lines, and their veth below these. */
const deviceHeight = 88

const nameAt = (d: StageDevice, peer: StageDevice): string => `${d.dev}@if${peer.ifindex}`
const sizes = (d: StageDevice): string => `ifindex ${d.ifindex} · MTU ${d.mtu}`

/** Lays out both namespaces of a pair for a stage of this size; the picture may come out higher. */
export function layoutPair(pair: Pair, facts: PairFacts, answer: Answer, beats: readonly Beat[], size: Size, lang: Lang): PairLayout {
  const { pod, node, inner, outer, bridge } = pair
  const say = sayIn(book, lang)
  const places = new Set(beats.map((b) => b.place))
  const d: Draft = emptyDraft(lang, new Set([...places, pod.name, node.name]))
  const width = size.width
  const lw = Math.max(236, Math.min(350, Math.round(width * 0.31)))
  const rx = gap + lw + between
  const rw = width - gap - rx
  const top = 8
  const table = (id: keyof PairFacts, title: string, x: number, y: number, w: number, most: number, first: (line: string) => boolean) =>
    layTable(d, x, y, w, {
      ...{ id, title, most, first, lines: facts[id] ?? [] },
      none: say(facts[id] === undefined ? 'unknown' : 'nothing'),
      more: (n) => say('more', { n }),
    })

  // The Pod's side: its process, its tables, its end of the pair.
  d.boxes.push({ id: pod.name, role: 'pod', netns: pod.name, lit: true, r: 14, x: gap, y: top, w: lw, h: 0 })
  const podWord = textWidth(say('podNetns'), 13, 'sans', 650)
  addText(d, `${pod.name}/title`, gap + 14, top + 20, say('podNetns'), { size: 13, weight: 650, ink: 'ink' })
  addText(d, `${pod.name}/name`, gap + 22 + podWord, top + 20, pod.name, { font: 'mono', size: 11, room: lw - podWord - 34 })
  const [cx, cw] = [gap + 22, lw - 29]
  const process = beats.flatMap((b) => (b.place === pod.name ? (answer.walk?.journeys[b.journey]?.events.slice(b.from, b.to) ?? []) : []))
  const name = process.find((e) => e.kind === 'process')?.process ?? pod.title
  const short = name.split(' ').at(-1) ?? name
  const socketRoom = cw - 24 - Math.min(cw / 2, textWidth(short, 12, 'mono', 650))
  addText(d, `${pod.name}/process`, cx + 8, top + 46, short, {
    font: 'mono',
    size: 12,
    weight: 650,
    ink: 'ink',
    room: cw / 2,
  })
  const routes = table('podRoutes', 'ip route', cx, top + 60, cw, 5, () => false)
  const neighbours = table('podNeighbours', 'ip neigh', cx, routes.end + 8, cw, 3, () => false)

  // The node's side: its tables, then its end of the pair above the bridge.
  const kernel = rx
  const hostWord = textWidth(say('hostNetns'), 13, 'sans', 650)
  const titles = (): void => {
    addText(d, `${node.name}/title`, rx + 14, top + 20, say('hostNetns'), { size: 13, weight: 650, ink: 'kernel-text' })
    addText(d, `${node.name}/name`, rx + 22 + hostWord, top + 20, `${node.title} ${node.addresses[0] ?? ''}`, {
      font: 'mono',
      size: 11,
      room: rw - hostWord - 36,
    })
  }
  const hostBox = d.boxes.length
  titles()
  const ends = new Set([pod.addresses[0] ?? '', outer.dev])
  const own = (line: string): boolean => /^(default|blackhole) /.test(line) || line.includes(` dev ${bridge?.dev ?? outer.dev}`)
  // the port's groups of multicast carry no packet of the Pod
  const about = (line: string): boolean =>
    (line.includes(` dev ${outer.dev} `) && !/^(33:33|01:00:5e):/.test(line)) || line.startsWith(bridge?.mac ?? ' ') || ends.has(line)
  const nodeRoutes = table('nodeRoutes', 'ip route', rx + 12, top + 32, rw - 24, bridge === undefined ? 8 : 5, own)
  const fdb =
    bridge === undefined ? undefined : table('fdb', `bridge fdb show br ${bridge.dev}`, rx + 12, nodeRoutes.end + 8, rw - 24, 4, about)
  const arp = { x: cx + 2, y: neighbours.end + 4, room: cw - 4 }
  const devices = Math.max(neighbours.end + arpLines * leading + 4, (fdb ?? nodeRoutes).end) + 12
  const lane = devices + deviceHeight - 13
  const rows: Rows = rowsBelow({
    from: devices + deviceHeight,
    loop: beats.some((b) => b.device === 'lo' && b.kind === 'device'),
    tunnel: deviceOf(node, 'vxlan', 'ipip') !== undefined,
    height: size.height,
  })

  const at = across(rx, rw)
  const vx = at.left + 12
  const vw = 186
  layDevice(d, pod.name, nameAt(inner, outer), [sizes(inner), inner.mac, ...inner.addrs.slice(0, 1)], {
    x: cx,
    y: devices,
    w: gap + lw - cx,
    h: deviceHeight,
  })
  const master = bridge === undefined ? [] : [`master ${bridge.dev}`]
  layDevice(d, node.name, nameAt(outer, inner), [sizes(outer), outer.mac, ...master, ...outer.addrs.slice(0, 1)].slice(0, 3), {
    x: vx,
    y: devices,
    w: vw,
    h: deviceHeight,
  })
  const middle = gap + lw + between / 2
  addText(d, 'pair', middle, lane - 14, say('pair'), { weight: 650, anchor: 'middle', ink: 'request-text', room: between - 8 })

  // From the process down the gutter, through both ends of the pair, into the bridge.
  const gutter = gap + 13
  const right = gap + lw
  addStation(d, pod.name, 'proc', gutter, top + 42, 'square', pod.title)
  put(d.rails, `${pod.name}/dev`, right, lane)
  bothWays(d.rails, `${pod.name}/proc`, `${pod.name}/dev`, [{ x: gutter, y: lane }])
  addTrack(d, `${pod.name}/gutter`, [
    { x: gutter, y: top + 42 },
    { x: gutter, y: lane },
    { x: right, y: lane },
  ])
  const [port, stub] = [`${node.name}/v:${outer.dev}`, vx + vw - 22]
  put(d.rails, port, vx + 8, lane)
  bothWays(d.rails, `${pod.name}/dev`, port)
  put(d.rails, `${node.name}/vr`, stub, rows.rail)
  bothWays(d.rails, port, `${node.name}/vr`, [{ x: stub, y: lane }])
  addTrack(
    d,
    'pair:veth',
    [
      { x: right, y: lane },
      { x: stub, y: lane },
      { x: stub, y: rows.rail },
    ],
    true,
  )
  d.plugs.push({ x: right, y: lane, upright: true }, { x: vx, y: lane, upright: true })

  // The other ports of the bridge, as one.
  const others = (answer.stage?.netns ?? []).filter((n) => n.kind === 'pod' && n.node === node.name && n !== pod)
  const tags: TagShape[] = []
  let flagX = vx + vw + 14
  const flag = (text: string, on: boolean): void => {
    const w = textWidth(text, 11, 'sans', 650) + 14
    if (on) tags.push({ id: `flag ${text}`, look: 'set', text, size: 11, x: flagX, y: devices + 4, w, h: 18 })
    else addText(d, `flag ${text}`, flagX, devices + 17, text)
    flagX += w + 8
  }
  if (bridge !== undefined) flag(say(outer.hairpin === true ? 'hairpinOn' : 'hairpinOff'), outer.hairpin === true)
  if (outer.isolated === true) flag(say('isolated'), true)
  if (others.length > 0) {
    const text = say('otherPorts', { n: others.length })
    const ox = vx + vw + 14 + (textWidth(text, 11, 'mono') + 18) / 2
    addPill(d, node.name, 'ports', ox, lane, { text, height: 20 })
    put(d.rails, `${node.name}/vo`, ox, rows.rail)
    for (const other of others) {
      const veth = `${node.name}/v:${other.devices.find((v) => v.kind !== 'loopback')?.peer?.[1] ?? other.name}`
      for (const spot of [veth, `${other.name}/dev`, `${other.name}/proc`]) put(d.rails, spot, ox, lane)
      bothWays(d.rails, `${other.name}/proc`, `${other.name}/dev`)
      bothWays(d.rails, `${other.name}/dev`, veth)
      bothWays(d.rails, veth, `${node.name}/vo`)
    }
    addTrack(
      d,
      'ports',
      [
        { x: ox, y: lane },
        { x: ox, y: rows.rail },
      ],
      true,
    )
  }
  const said = bridge === undefined ? [] : [bridge.dev, bridge.addrs[0] ?? '', bridge.mac, `MTU ${bridge.mtu}`].filter((w) => w !== '')
  const bar = [4, 3, 2].map((n) => said.slice(0, n).join(' · ')).find((text) => textWidth(text, 11, 'mono') <= rw - 60)
  layBar(d, node.name, bridge, bar ?? bridge?.dev ?? '', at, rows)

  // The rest of the node, as the stage draws it elsewhere.
  const tables = tablesOf(beats, (b) => answer.walk?.journeys[b.journey]?.events.slice(b.from, b.to) ?? [])
  put(d.rails, `${node.name}/nic`, at.middle, rows.nic)
  put(d.rails, `${node.name}/wire`, at.middle, rows.wire)
  bothWays(d.rails, `${node.name}/nic`, `${node.name}/wire`)
  layHooks(d, node.name, at, rows, tables)
  layProcesses(d, node.name, at, rows, daemonsOf(answer).get(node.name))
  layTunnel(d, node, at, rows)
  layGutters(d, node, at, rows, rows.loop !== rows.slotEnd)
  const nic = nicOf(node)
  addPill(d, node.name, nic?.dev ?? 'eth0', at.middle, rows.nic, { text: `${nic?.dev ?? 'eth0'} ${node.addresses[0] ?? ''}`, height: 20 })
  // Everything else hangs on the underlay, beyond the right end.
  const away = rx + rw - 16
  d.boxes.push({ id: 'underlay', role: 'wire', lit: false, r: 3, x: rx, y: rows.wire - 3, w: rw, h: 6 })
  for (const n of answer.stage?.netns ?? [])
    if ((n.kind === 'node' && n !== node) || n.kind === 'host') put(d.rails, `${n.name}/wire`, away, rows.wire)
  for (const [k] of [...d.rails.points]) if (k.endsWith('/wire') && k !== `${node.name}/wire`) bothWays(d.rails, `${node.name}/wire`, k)

  const podEnd = devices + deviceHeight + 12
  const boxes = d.boxes.map((b) => (b.id === pod.name ? { ...b, h: podEnd - top } : b))
  boxes.splice(hostBox, 0, {
    id: `${node.name}/kernel`,
    role: 'kernel',
    netns: node.name,
    lit: true,
    r: 14,
    x: kernel,
    y: top,
    w: rw,
    h: rows.kernelEnd - top,
  })
  const height = Math.max(size.height, rows.total)
  return {
    layout: {
      size: { width, height },
      tools: { x: width - toolsSize.w, y: height - toolsSize.h, ...toolsSize },
      rows,
      draft: { ...d, boxes },
      plan: { whole: [], folded: [], tiles: [], hosts: [], touched: d.touched },
      kinds: new Map(answer.stage?.netns.map((n) => [n.name, n.kind])),
      nodes: new Map(answer.stage?.netns.flatMap((n) => (n.node === undefined ? [] : [[n.name, n.node]]))),
    },
    tables: { podRoutes: routes.rows, podNeighbours: neighbours.rows, nodeRoutes: nodeRoutes.rows, fdb: fdb?.rows ?? [] },
    tags,
    arp,
    socket: { x: cx + cw - 4, y: top + 46, room: socketRoom },
    packet: { x: gap, y: podEnd + 10, w: lw },
    fdbNote: {
      x: rx + rw - 22,
      y: nodeRoutes.end + 8 + 16,
      room: rw - 60 - textWidth(`bridge fdb show br ${bridge?.dev ?? ''}`, 11.5, 'sans', 650),
    },
  }
}
