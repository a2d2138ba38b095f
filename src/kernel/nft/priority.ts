import type { NftFamily } from './ast.ts'

/** Names of priorities (linux/netfilter_ipv4.h, nft's own table); those of the bridge family are others. */
const IP: Readonly<Record<string, number>> = { raw: -300, mangle: -150, dstnat: -100, filter: 0, security: 50, srcnat: 100 }
const BRIDGE: Readonly<Record<string, number>> = { dstnat: -300, filter: -200, out: 100, srcnat: 300 }

const namesOf = (family: NftFamily): Readonly<Record<string, number>> => (family === 'bridge' ? BRIDGE : IP)

/** `filter`, `dstnat - 10`, `-110` as a number; undefined: none. */
export function priorityOf(text: string, family: NftFamily): number | undefined {
  const m = /^(?:([a-z]+)\s*(?:([+-])\s*(\d+))?|(-?\d+))$/.exec(text)
  if (!m) return undefined
  if (m[4] !== undefined) return Number(m[4])
  const names = namesOf(family)
  const base = Object.hasOwn(names, m[1] ?? '') ? names[m[1] ?? ''] : undefined
  return base === undefined ? undefined : base + (m[2] === '-' ? -1 : 1) * Number(m[3] ?? 0)
}

/** As nft 1.0.6 prints it: the nearest name up to 10 away; dstnat and srcnat at their own hook alone. */
export function priorityText(priority: number, hook: string, family: NftFamily): string {
  for (const [name, base] of Object.entries(namesOf(family))) {
    if (Math.abs(priority - base) > 10) continue
    if (family !== 'bridge' && ((name === 'dstnat' && hook !== 'prerouting') || (name === 'srcnat' && hook !== 'postrouting'))) continue
    const away = priority - base
    return away === 0 ? name : `${name} ${away > 0 ? '+' : '-'} ${Math.abs(away)}`
  }
  return `${priority}`
}
