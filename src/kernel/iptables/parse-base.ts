import type { Options } from './parse-bag.ts'

export type { Options } from './parse-bag.ts'

/** Options of every rule: what we call them and how many words they take. */
const BASE: Readonly<Record<string, readonly [option: string, takes: number]>> = {
  '-s': ['s', 1],
  '--source': ['s', 1],
  '--src': ['s', 1],
  '-d': ['d', 1],
  '--destination': ['d', 1],
  '--dst': ['d', 1],
  '-i': ['i', 1],
  '--in-interface': ['i', 1],
  '-o': ['o', 1],
  '--out-interface': ['o', 1],
  '-p': ['p', 1],
  '--protocol': ['p', 1],
  '--proto': ['p', 1],
  '-m': ['m', 1],
  '--match': ['m', 1],
  '-j': ['j', 1],
  '--jump': ['j', 1],
  '-g': ['g', 1],
  '--goto': ['g', 1],
  '-f': ['f', 0],
  '--fragment': ['f', 0],
  '--fragments': ['f', 0],
  '-c': ['c', 2],
  '--set-counters': ['c', 2],
  '-w': ['w', 0],
  '--wait': ['w', 0],
}

export function baseOption(word: string): { readonly option: string; readonly takes: number } | undefined {
  const found = Object.hasOwn(BASE, word) ? BASE[word] : undefined
  return found && { option: found[0], takes: found[1] }
}

const PORTS: Options = { 'sport|source-port': 1, 'dport|destination-port': 1 }

/** Options of the port-bearing modules; the last of each are kept word for word. */
export const L4_OPTIONS: Readonly<Record<string, Options>> = {
  tcp: { ...PORTS, 'tcp-flags': 2, syn: 0, 'tcp-option': 1 },
  udp: PORTS,
  sctp: { ...PORTS, 'chunk-types': 2 },
}
