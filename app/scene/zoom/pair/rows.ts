import type { Rows } from '../../rows.ts'

interface Wish {
  /** Lower edge of the devices. */
  readonly from: number
  readonly loop: boolean
  readonly tunnel: boolean
  /** Of the stage, px: what is left over goes between the rows. */
  readonly height: number
}

/** The rows of the node's kernel below its end of a veth pair: the same as on the stage, without Pods and packet card. */
export function rowsBelow({ from, loop, tunnel, height }: Wish): Rows {
  const place = (extra: number): Rows => {
    let y = from
    const down = (least: number, share = 0): number => {
      y += least + extra * share
      return y
    }
    const bridge = down(14)
    const bridgeEnd = down(30)
    const processes = down(9, 0.14)
    const branch = down(38, 0.14)
    const main = down(48, 0.18)
    const slotEnd = down(30, 0.14)
    const loopAt = loop ? down(14) : y
    const tunnelAt = tunnel ? down(loop ? 26 : 18, 0.12) : y
    const outer1 = tunnel ? down(22, 0.06) : y
    const outer2 = tunnel ? down(17, 0.06) : y
    const nic = down(tunnel ? 21 : 24, 0.1)
    const kernelEnd = down(16)
    const wire = down(16, 0.06)
    return {
      ...{ top: 8, title: 28, pods: 0, podsEnd: 0, kernel: 8 },
      ...{ bridge, bridgeEnd, rail: bridge + 9, processes, branch, main, slot: slotEnd, slotEnd, loop: loopAt },
      ...{ tunnel: tunnelAt, outer1, outer2, nic, kernelEnd, bottom: kernelEnd, tiles: kernelEnd, wire, below: wire },
      total: wire + 36,
      level: 0,
    }
  }
  return place(Math.max(0, Math.min(160, height - place(0).total)))
}
