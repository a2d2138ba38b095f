import type { StageNetns } from '../../src/answer.ts'
import type { Hook } from '../../src/trace/event.ts'
import { type Across, deviceOf } from './across.ts'
import { addPill, addStation, addText, addTrack, type Draft } from './draft.ts'
import { textWidth } from './measure.ts'
import { chain, oneWay, put } from './rails.ts'
import type { Rows } from './rows.ts'
import { hookName, wordsOf } from './words.ts'

/** The tunnel device above the network card, and the outer packet's own hooks on two tracks: down on the left, up on the right. */
export function layTunnel(d: Draft, node: StageNetns, at: Across, rows: Rows): void {
  const tunnel = deviceOf(node, 'vxlan', 'ipip')
  const name = node.name
  const id = (spot: string): string => `${name}/${spot}`
  if (tunnel === undefined) return
  const [down, up] = [at.middle - 15, at.middle + 15]
  put(d.rails, id('tun'), at.middle, rows.tunnel)
  addPill(d, name, tunnel.dev, at.middle, rows.tunnel, {
    width: Math.max(84, textWidth(tunnel.dev, 11, 'mono') + 18),
    height: 20,
    bpf: tunnel.bpf,
  })
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
