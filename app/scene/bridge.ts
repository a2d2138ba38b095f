import type { StageDevice } from '../../src/answer.ts'
import type { Hook } from '../../src/trace/event.ts'
import { type Across, deviceOf } from './across.ts'
import { addStation, addText, addTrack, type Draft } from './draft.ts'
import type { NodePlan } from './places.ts'
import { layVeths } from './pods.ts'
import { bothWays, put } from './rails.ts'
import type { Rows } from './rows.ts'

/** The bridge with the veth pairs of the node's Pods. */
export function layBridge(d: Draft, plan: NodePlan, at: Across, rows: Rows, near: boolean): void {
  const bridge = deviceOf(plan.node, 'bridge')
  layVeths(d, plan, rows.rail, rows.bridge - 1, near)
  layBar(d, plan.node.name, bridge, `${bridge?.dev} ${bridge?.addrs[0] ?? ''}`.trim(), at, rows)
}

/** A bar with the bridge's name, a rail in its upper half, and its own five hooks as small stops. All that hangs on the rail is joined. */
export function layBar(d: Draft, name: string, bridge: StageDevice | undefined, text: string, at: Across, rows: Rows): void {
  const id = (spot: string): string => `${name}/${spot}`
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
    addText(d, id('bridge:label'), at.middle, rows.bridgeEnd - (rows.level === 2 ? 4 : 6), text, {
      font: 'mono',
      size: 11,
      anchor: 'middle',
      ink: 'kernel-text',
      room: w - 48,
    })
  }
  put(d.rails, id('gl.rail'), at.left, rows.rail)
  put(d.rails, id('gr.rail'), at.right, rows.rail)
  const veths = [...d.rails.points].filter(([k, p]) => k.startsWith(`${name}/v`) && p.y === rows.rail)
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
