/** Heights of the rows, the same in every node; px from the top of the stage. */
export interface Rows {
  readonly top: number
  readonly title: number
  readonly pods: number
  readonly podsEnd: number
  readonly kernel: number
  readonly bridge: number
  readonly bridgeEnd: number
  readonly rail: number
  readonly processes: number
  readonly branch: number
  readonly main: number
  readonly slot: number
  readonly slotEnd: number
  /** Centre of the loopback's way back; only when the walk uses it. */
  readonly loop: number
  readonly tunnel: number
  readonly outer1: number
  readonly outer2: number
  readonly nic: number
  readonly kernelEnd: number
  readonly bottom: number
  /** Top of the row of folded nodes, between the nodes and the underlay. */
  readonly tiles: number
  readonly wire: number
  readonly below: number
  readonly total: number
  /** 1 on a low stage: the hooks' tables are left out. 2 on a very low one: everything stands closer. */
  readonly level: Level
}

export type Level = 0 | 1 | 2

export interface RowWishes {
  readonly height: number
  /** One node alone: nothing is left out, and a row without a device stays free. */
  readonly near: boolean
  readonly tiles: boolean
  /** Machines outside hang below the underlay. */
  readonly hosts: boolean
  readonly loop: boolean
  readonly tunnel: boolean
}

function place(extra: number, level: Level, wish: RowWishes): Rows {
  let y = 0
  /** Goes down by the level's px and a share of the spare height. */
  const down = (least: readonly [number, number, number], share = 0): number => {
    y += least[level] + extra * share
    return y
  }
  const same = (n: number): readonly [number, number, number] => [n, n, n]
  const top = down([8, 8, 4])
  const title = down([19, 19, 18])
  const pods = down([12, 12, 10])
  const podsEnd = down([64, 56, 54], 0.08)
  const kernel = down([16, 16, 14], 0.03)
  const bridge = down([wish.near ? 20 : 8, 8, 6], 0.02)
  const rail = bridge + (level === 2 ? 8 : 9)
  const bridgeEnd = down([30, 30, 26])
  const processes = down([9, 9, 7], 0.1)
  const branch = down([38, 38, 36], 0.08)
  const main = down([48, 38, 36], 0.12)
  const slot = down([32, 32, 31], 0.05)
  const slotEnd = down([60, 60, 44], 0.2)
  const loop = wish.loop ? down(same(14)) : y
  if (wish.loop) down(same(8))
  const row = wish.tunnel || wish.near
  const tunnel = row ? down(same(14), 0.08) : y
  const outer1 = row ? down([24, 24, 20], 0.03) : y
  const outer2 = row ? down([18, 18, 15], 0.03) : y
  const nic = down([22, 22, 19], 0.05)
  const kernelEnd = down([17, 17, 14], 0.02)
  const bottom = down([8, 8, 5])
  const tiles = wish.tiles ? down([12, 12, 8]) : y
  if (wish.tiles) down(same(tileHeight(level)))
  const wire = down([16, 16, 12], 0.06)
  const below = down([15, 15, 12], 0.03)
  const total = wish.hosts ? below + 46 + 6 : wire + 26
  return {
    top,
    title,
    pods,
    podsEnd,
    kernel,
    bridge,
    bridgeEnd,
    rail,
    processes,
    branch,
    main,
    slot,
    slotEnd,
    loop,
    tunnel,
    outer1,
    outer2,
    nic,
    kernelEnd,
    bottom,
    tiles,
    wire,
    below,
    total,
    level,
  }
}

/** A node off the way: two lines, or one where height is dear. */
export const tileHeight = (level: Level): number => (level === 2 ? 24 : 40)

/** The most spare height that is put between the rows. */
const most = 320

/** Rows for a stage of this height. `total` may come out higher than asked: then the stage scrolls. */
export function rowsOf(wish: RowWishes): Rows {
  const level = wish.near ? 0 : (([0, 1] as const).find((l) => place(0, l, wish).total <= wish.height) ?? 2)
  const least = place(0, level, wish)
  return place(Math.max(0, Math.min(most, wish.height - least.total)), level, wish)
}
