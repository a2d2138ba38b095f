import { inCidr, lengthOf, parseCidr, parseIp } from '../../engine/print.ts'

/** A line of `ip route` as the look-up of one address saw it. */
export interface RouteLine {
  readonly text: string
  /** `won`; `shorter`: holds the address too, with a shorter prefix; `other`: does not hold it. */
  readonly standing: 'won' | 'shorter' | 'other'
  /** Bits of the prefix. */
  readonly bits: number
}

const types = ['unicast', 'local', 'broadcast', 'blackhole', 'unreachable', 'prohibit', 'multicast']

/** Does the line's destination hold the address, and with how many bits? */
function reach(line: string, dst: string): { readonly holds: boolean; readonly bits: number } {
  const words = line.trim().split(/\s+/)
  const to = types.includes(words[0] ?? '') ? (words[1] ?? '') : (words[0] ?? '')
  const address = parseIp(dst)
  if (address === undefined) return { holds: false, bits: 0 }
  if (to === 'default') return { holds: true, bits: 0 }
  const one = parseIp(to)
  if (one !== undefined) return { holds: one === address, bits: one.includes(':') ? 128 : 32 }
  const net = parseCidr(to)
  return net === undefined ? { holds: false, bits: 0 } : { holds: inCidr(address, net), bits: lengthOf(net) }
}

const plain = (line: string): string =>
  line
    .trim()
    .replace(/ table \S+/, '')
    .replace(/ linkdown\b/, '')

/** The lines of a table in their order, with what the look-up made of each. */
export function standings(lines: readonly string[], winner: string | undefined, dst: string): readonly RouteLine[] {
  const won = winner === undefined ? undefined : plain(winner)
  return lines
    .filter((l) => l.trim() !== '')
    .map((text) => {
      const { holds, bits } = reach(text, dst)
      return { text: text.trimEnd(), bits, standing: won !== undefined && plain(text) === won ? 'won' : holds ? 'shorter' : 'other' }
    })
}

/** At most `most` lines: those that hold the address, and the nearest around the winner; how many are left out between is told by -1. */
export function neighboursOf(lines: readonly RouteLine[], most: number): readonly (RouteLine | number)[] {
  if (lines.length <= most) return lines
  const at = Math.max(
    0,
    lines.findIndex((l) => l.standing === 'won'),
  )
  const near = new Set<number>()
  lines.forEach((l, i) => {
    if (l.standing !== 'other') near.add(i)
  })
  for (let d = 1; near.size < most && d < lines.length; d++)
    for (const i of [at - d, at + d]) if (i >= 0 && i < lines.length && near.size < most) near.add(i)
  const shown: (RouteLine | number)[] = []
  lines.forEach((l, i) => {
    if (near.has(i)) shown.push(l)
    else if (typeof shown.at(-1) === 'number') shown[shown.length - 1] = (shown.at(-1) as number) + 1
    else shown.push(1)
  })
  return shown
}
