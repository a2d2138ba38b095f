import type { StageNetns } from '../../src/answer.ts'
import { addDoor, addPill, addStation, addText, addTrack, type Draft } from './draft.ts'
import { fittedPod, textWidth } from './measure.ts'
import type { NodePlan } from './places.ts'
import { bothWays, put } from './rails.ts'
import type { Rows } from './rows.ts'
import { wordsOf } from './words.ts'

/** The interface of a pod or host by which it is reached. */
export const mainDevice = (netns: StageNetns): string => netns.devices.find((v) => v.kind !== 'loopback')?.dev ?? 'eth0'

/** Does a veth pair join this namespace to its node's? */
export const hasPair = (pod: StageNetns): boolean => netns(pod)?.kind === 'veth' && netns(pod)?.peer?.[0] === pod.node

/** The end of the pod's veth pair that lies in the node. */
export const peerOf = (pod: StageNetns): string => netns(pod)?.peer?.[1] ?? `veth of ${pod.name}`
const netns = (pod: StageNetns): StageNetns['devices'][number] | undefined => pod.devices.find((v) => v.kind !== 'loopback')

/** One pod: a dashed box with its name, its address, the place of its process, and its interface on the lower edge. */
function layPod(d: Draft, pod: StageNetns, x: number, w: number, rows: Rows): void {
  const lit = d.touched.has(pod.name)
  const mid = x + w / 2
  const h = rows.podsEnd - rows.pods
  d.boxes.push({ id: pod.name, role: 'pod', netns: pod.name, lit, r: 8, x, y: rows.pods, w, h })
  const weight = lit ? 650 : 500
  addText(d, `${pod.name}/title`, mid, rows.pods + (rows.level === 0 ? 16 : 14), fittedPod(pod.title, w - 10, 12, weight), {
    size: 12,
    weight,
    anchor: 'middle',
    ink: lit ? 'ink' : 'muted',
    full: pod.madeUp ? `${pod.name} (${wordsOf(d.lang).madeUp})` : pod.name,
    slanted: pod.madeUp,
  })
  const second = pod.ready === false ? wordsOf(d.lang).notReady : (pod.addresses[0] ?? '')
  addText(d, `${pod.name}/address`, mid, rows.pods + (rows.level === 0 ? 30 : 27), second, {
    font: pod.ready === false ? 'sans' : 'mono',
    size: pod.ready === false ? d.small : 11,
    anchor: 'middle',
    ink: pod.ready === false ? 'drop-text' : 'muted',
    room: w - 8,
  })
  const device = mainDevice(pod)
  put(d.rails, `${pod.name}/dev`, mid, rows.podsEnd)
  const pill = addPill(d, pod.name, device, mid, rows.podsEnd)
  // As wide as its pill, from the Pod's end of the pair down to the node's.
  if (hasPair(pod)) addDoor(d, 'pair', pod, { x: pill.x - 2, y: pill.y, w: pill.w + 4, h: Math.max(24, rows.bridge - pill.y) })
  addStation(d, pod.name, 'proc', mid, rows.podsEnd - (rows.level === 0 ? 19 : 17), 'square', pod.title, pod.bpf)
  bothWays(d.rails, `${pod.name}/proc`, `${pod.name}/dev`)
}

/** The pods of a node in one row, with a chip that counts the others. */
export function layPods(d: Draft, plan: NodePlan, x: number, w: number, rows: Rows): void {
  const chip = plan.morePods > 0 ? textWidth(wordsOf(d.lang).more(plan.morePods), 12) + 14 : 0
  const room = w - (chip > 0 ? chip + 6 : 0)
  const each = Math.min(190, (room - (plan.pods.length - 1) * 8) / Math.max(1, plan.pods.length))
  const spare = room - each * plan.pods.length
  const between = plan.pods.length > 0 ? spare / plan.pods.length : 0
  for (const [i, pod] of plan.pods.entries()) layPod(d, pod, x + between / 2 + i * (each + between), each, rows)
  if (chip > 0) {
    const mid = x + w - chip / 2
    addText(d, `${plan.node.name}/more`, mid, (rows.pods + rows.podsEnd) / 2 + 4, wordsOf(d.lang).more(plan.morePods), {
      size: 12,
      weight: 500,
      anchor: 'middle',
    })
  }
}

/** Kept free at the right of a node whose veth pairs are named, px. */
export const vethName = 46

/** The veth pairs: from every pod's interface down to the rail in the bridge, with a plug at each end. */
export function layVeths(d: Draft, plan: NodePlan, rail: number, plugAt: number, named: boolean): void {
  const xs = plan.pods.map((pod) => d.rails.points.get(`${pod.name}/dev`)?.x ?? 0)
  const each = (xs[1] ?? Number.POSITIVE_INFINITY) - (xs[0] ?? 0)
  for (const pod of plan.pods) {
    const at = d.rails.points.get(`${pod.name}/dev`)
    if (at === undefined) continue
    const veth = `${plan.node.name}/v:${peerOf(pod)}`
    put(d.rails, veth, at.x, rail)
    bothWays(d.rails, `${pod.name}/dev`, veth)
    addTrack(d, veth, [at, { x: at.x, y: rail }], true)
    const bpf = plan.node.devices.find((v) => v.dev === peerOf(pod))?.bpf
    d.plugs.push(
      { x: at.x, y: at.y + 11 },
      { x: at.x, y: plugAt, ...(bpf === undefined ? {} : { bpf, at: `${plan.node.name} ${peerOf(pod)}` }) },
    )
    if (named)
      addText(d, `${veth}:label`, at.x + 9, plugAt - 5, peerOf(pod), {
        font: 'mono',
        size: 11,
        room: Math.min(vethName + each / 2, each - 20, 104),
      })
  }
}
