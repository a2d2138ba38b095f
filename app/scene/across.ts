import type { StageNetns } from '../../src/answer.ts'
import type { Hook } from '../../src/trace/event.ts'
import { textWidth } from './measure.ts'
import { hookName } from './words.ts'

/** Where a node's stations and gutters stand, from left to right. */
export interface Across {
  readonly left: number
  readonly right: number
  readonly pre: number
  readonly route: number
  readonly forward: number
  readonly output: number
  readonly post: number
  readonly middle: number
}

/** Half the width of a hook's name. */
export const half = (hook: Hook): number => textWidth(hookName(hook), 11, 'sans', 650) / 2

/** Where the stations stand: 12 px between every label and every vertical run, the rest shared out. */
export function across(x: number, w: number): Across {
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

/** The first device of these kinds. */
export const deviceOf = (
  node: StageNetns,
  ...kinds: readonly StageNetns['devices'][number]['kind'][]
): StageNetns['devices'][number] | undefined => node.devices.find((v) => kinds.includes(v.kind))
