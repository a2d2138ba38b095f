import { familyOf, type Ip, toBigInt } from '../../net/ip.ts'
import { type Dest, destKey, type Virtual } from './ast.ts'

/** The 32 bits of an IPv4 address; the four quarters of an IPv6 address, one xor the other. */
function folded(address: Ip): number {
  const n = toBigInt(address)
  if (familyOf(address) === 4) return Number(n)
  const quarter = (i: bigint): bigint => (n >> (i * 32n)) & 0xffffffffn
  return Number(quarter(0n) ^ quarter(1n) ^ quarter(2n) ^ quarter(3n))
}

const BUCKETS = 256
/** hash_32 of linux/hash.h with 8 bits. */
const hash8 = (n: number): number => Math.imul(n | 0, 0x61c88647) >>> 24

/** sh: every server stands in as many places in a row as its weight says, round and round (ip_vs_sh_reassign). */
function sourceTable(dests: readonly Dest[]): readonly Dest[] {
  const out: Dest[] = []
  for (let at = 0, given = 0; out.length < BUCKETS && dests.length > 0; ) {
    const dest = dests[at % dests.length] as Dest
    out.push(dest)
    if (++given >= dest.weight) {
      at++
      given = 0
    }
  }
  return out
}

/** Of all that is scheduled: who asks and where. */
export interface Client {
  readonly src: Ip
  readonly sport: number
  readonly dst: Ip
}

const usable = (d: Dest | undefined): d is Dest => d !== undefined && d.weight > 0

/** Source hashing: one client, one server. `sh-port`: one port of one client; `sh-fallback`: another server when that one is at weight 0. */
export function sh(v: Virtual, c: Client): Dest | undefined {
  const table = sourceTable(v.dests)
  const port = v.flags.includes('sh-port') || v.flags.includes('flag-2') ? c.sport : 0
  const at = (offset: number): number => (offset + hash8(port + folded(c.src))) & (BUCKETS - 1)
  const first = at(0)
  const dest = table[first]
  if (usable(dest) || !dest) return dest
  if (!v.flags.includes('sh-fallback') && !v.flags.includes('flag-1')) return undefined
  for (let i = 0; i < BUCKETS; i++) {
    const other = table[at((i + first) % BUCKETS)]
    if (usable(other)) return other
  }
  return undefined
}

/** Where a client's hash falls, and whose places there are. `by`: what was hashed, of the client and where it goes. */
export interface Hashed {
  readonly place: number
  readonly owners: readonly (Dest | undefined)[]
  readonly by: string
}

/** The place that sh, dh or mh looks at first; undefined: the scheduler hashes nothing, or there is no server. */
export function hashedBy(v: Virtual, c: Client): Hashed | undefined {
  const ported = v.flags.includes(`${v.scheduler}-port`) || v.flags.includes('flag-2')
  const by = ported ? `${c.src}:${c.sport}` : c.src
  const port = ported ? c.sport : 0
  if (v.dests.length === 0) return undefined
  if (v.scheduler === 'sh') return { place: hash8(port + folded(c.src)) & (BUCKETS - 1), owners: sourceTable(v.dests), by }
  if (v.scheduler === 'mh') return { place: hsiphash((port + folded(c.src)) >>> 0, FIRST) % PLACES, owners: maglev(v.dests), by }
  if (v.scheduler !== 'dh') return undefined
  const owners = Array.from({ length: BUCKETS }, (_, i) => v.dests[i % v.dests.length])
  return { place: hash8(folded(c.dst)), owners, by: c.dst }
}

/** Destination hashing: 256 places, one server after the other. */
export function dh(v: Virtual, c: Client): Dest | undefined {
  const dest = v.dests.length === 0 ? undefined : v.dests[hash8(folded(c.dst)) % v.dests.length]
  return usable(dest) ? dest : undefined
}

const M64 = (1n << 64n) - 1n
const rotl = (x: bigint, n: bigint): bigint => ((x << n) | (x >> (64n - n))) & M64

/** hsiphash of four bytes on a 64-bit machine: SipHash-1-3, of which the lower half counts. IPVS has the same number in both halves of its key. */
export function hsiphash(value: number, key: bigint, other = key): number {
  let v0 = 0x736f6d6570736575n ^ key
  let v1 = 0x646f72616e646f6dn ^ other
  let v2 = 0x6c7967656e657261n ^ key
  let v3 = 0x7465646279746573n ^ other
  const round = (): void => {
    v0 = (v0 + v1) & M64
    v1 = rotl(v1, 13n) ^ v0
    v0 = rotl(v0, 32n)
    v2 = (v2 + v3) & M64
    v3 = rotl(v3, 16n) ^ v2
    v0 = (v0 + v3) & M64
    v3 = rotl(v3, 21n) ^ v0
    v2 = (v2 + v1) & M64
    v1 = rotl(v1, 17n) ^ v2
    v2 = rotl(v2, 32n)
  }
  const b = (4n << 56n) | BigInt(value >>> 0)
  v3 ^= b
  round()
  v0 ^= b
  v2 ^= 0xffn
  round()
  round()
  round()
  return Number((v0 ^ v1 ^ v2 ^ v3) & 0xffffffffn)
}

/** IP_VS_MH_TAB_SIZE with the usual CONFIG_IP_VS_MH_TAB_INDEX of 12. */
const PLACES = 4093
const TAB_BITS = 6
const FIRST = 2654435761n
const SECOND = 2654446892n
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

const tables = new WeakMap<readonly Dest[], readonly (Dest | undefined)[]>()

/** Maglev's table: each server has an order of all places of its own, and takes the first free one in turn (ip_vs_mh_populate). */
function maglev(dests: readonly Dest[]): readonly (Dest | undefined)[] {
  const old = tables.get(dests)
  if (old) return old
  const weights = dests.map((d) => d.lastWeight)
  const step = weights.filter((w) => w > 0).reduce((a, w) => gcd(w, a), 0)
  const table: (Dest | undefined)[] = new Array(PLACES).fill(undefined)
  tables.set(dests, table)
  if (step < 1) return table
  const shift = Math.max(0, 32 - Math.clz32(Math.trunc(Math.max(...weights) / step)) - TAB_BITS)
  const setups = dests.map((d) => {
    const key = (d.port + folded(d.address)) >>> 0
    const turns = Math.trunc(d.lastWeight / step) >> shift
    return {
      dest: d,
      at: hsiphash(key, FIRST) % PLACES,
      skip: (hsiphash(key, SECOND) % (PLACES - 1)) + 1,
      turns: turns || (d.lastWeight === 0 ? 0 : 1),
    }
  })
  for (let filled = 0; ; ) {
    for (const s of setups) {
      for (let turn = 0; turn < s.turns; turn++) {
        while (table[s.at] !== undefined) s.at = (s.at + s.skip) % PLACES
        table[s.at] = s.dest
        if (++filled === PLACES) return table
      }
    }
  }
}

/** Maglev hashing of the client's address (`mh-port`: and port); `mh-fallback` as sh's. */
export function mh(v: Virtual, c: Client): Dest | undefined {
  const table = maglev(v.dests)
  const now = new Map(v.dests.map((d) => [destKey(d), d]))
  const port = v.flags.includes('mh-port') || v.flags.includes('flag-2') ? c.sport : 0
  const at = (offset: number): number => hsiphash((offset + port + folded(c.src)) >>> 0, FIRST) % PLACES
  const first = at(0)
  const place = (i: number): Dest | undefined => {
    const d = table[i]
    return d && now.get(destKey(d))
  }
  const dest = place(first)
  if (usable(dest) || !dest) return dest
  if (!v.flags.includes('mh-fallback') && !v.flags.includes('flag-1')) return undefined
  for (let i = 0; i < PLACES; i++) {
    const other = place(at((i + first) % PLACES))
    if (!other) return undefined
    if (usable(other)) return other
  }
  return undefined
}
