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
  readonly wire: number
  readonly below: number
  readonly total: number
  /** Too low a stage: the second lines (pod address, tables) are left out. */
  readonly dense: boolean
}

export interface RowWishes {
  readonly height: number
  /** Something hangs below the underlay. */
  readonly below: boolean
  readonly loop: boolean
  readonly tunnel: boolean
}

function place(extra: number, dense: boolean, wish: RowWishes): Rows {
  let y = 8
  /** Goes down by `least` px and a share of the spare height. */
  const down = (least: number, share = 0): number => {
    y += least + extra * share
    return y
  }
  const top = y
  const title = down(19)
  const pods = down(12)
  const podsEnd = down(dense ? 50 : 64, 0.08)
  const kernel = down(16, 0.03)
  const bridge = down(8, 0.02)
  const rail = bridge + 9
  const bridgeEnd = down(30)
  const processes = down(9, 0.1)
  const branch = down(38, 0.08)
  const main = down(dense ? 38 : 48, 0.12)
  const slot = down(32, 0.05)
  const slotEnd = down(60, 0.2)
  const loop = wish.loop ? down(14) : y
  if (wish.loop) down(8)
  const tunnel = down(wish.tunnel ? 14 : 0, 0.08)
  const outer1 = wish.tunnel ? down(24, 0.03) : y
  const outer2 = wish.tunnel ? down(18, 0.03) : y
  const nic = down(22, 0.05)
  const kernelEnd = down(17, 0.02)
  const bottom = down(8)
  const wire = down(16, 0.06)
  const below = down(15, 0.03)
  const total = wish.below ? below + 46 + 8 : wire + 26
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
    wire,
    below,
    total,
    dense,
  }
}

/** The most spare height that is put between the rows. */
const most = 170

/** Rows for a stage of this height. `total` may come out higher than asked: then the stage scrolls. */
export function rowsOf(wish: RowWishes): Rows {
  const dense = place(0, false, wish).total > wish.height
  const least = place(0, dense, wish)
  return place(Math.max(0, Math.min(most, wish.height - least.total)), dense, wish)
}
