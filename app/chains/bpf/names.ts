import type { Stop } from '../../../src/engine/columns/shape-bpf.ts'

export const n = (count: number): string => `${count}`.replace(/\B(?=(\d{3})+(?!\d))/g, ',')

/** The stops of a machine as its tools write them. */
export const stopNames: Readonly<Record<Stop, string>> = {
  prerouting: 'PREROUTING',
  route: 'route',
  input: 'INPUT',
  forward: 'FORWARD',
  output: 'OUTPUT',
  postrouting: 'POSTROUTING',
}
