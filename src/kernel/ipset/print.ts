import { compareIp, type Ip } from '../../net/ip.ts'
import { mix } from '../../trace/luck.ts'
import type { Ipset, SetEntry } from './ast.ts'
import { elementText, markText } from './entry.ts'
import { TYPES } from './types.ts'

const SECOND = 1_000_000_000
/** What the kernel fills in when the writer says nothing. */
const DEFAULTS: readonly (readonly [string, string])[] = [
  ['hashsize', '1024'],
  ['maxelem', '65536'],
]

/** The header of a set as ipset 7.17 prints it. `initval` is drawn at random by the kernel; ours is made of the name, unless the text told one. */
function header(set: Ipset): string {
  const method = TYPES[set.type]?.method
  const kept = (word: string): string | undefined => set.kept.find(([w]) => w === word)?.[1]
  const words: string[] = []
  if (method === 'hash') {
    if (set.type !== 'hash:mac') words.push(`family inet${set.family === 6 ? '6' : ''}`)
    if (set.markmask !== undefined) words.push(`markmask ${markText(set.markmask)}`)
    for (const [word, standard] of DEFAULTS) words.push(`${word} ${kept(word) ?? standard}`)
  }
  if (set.range) words.push(`range ${set.range.join('-')}`)
  if (method === 'list') words.push(`size ${kept('size') ?? '8'}`)
  if (set.netmask !== undefined) words.push(`netmask ${set.netmask}`)
  if (set.timeout !== undefined) words.push(`timeout ${set.timeout}`)
  for (const [word, value] of set.kept) {
    if (['hashsize', 'maxelem', 'size', 'bucketsize', 'initval', 'probes', 'resize'].includes(word)) continue
    words.push(value === undefined ? word : `${word} ${value}`)
  }
  if (method === 'hash') {
    words.push(`bucketsize ${kept('bucketsize') ?? '12'}`)
    words.push(`initval ${kept('initval') ?? `0x${(mix(1, `initval ${set.name}`) % 2 ** 32).toString(16).padStart(8, '0')}`}`)
  }
  return words.join(' ')
}

/** Elements that are still there at `now` (ns), in the order they are printed: bitmaps by number, others as they came in. */
function members(set: Ipset, now: number): readonly SetEntry[] {
  const live = [...set.entries.values()].filter((e) => !e.timeout || e.timeout * SECOND > now)
  if (set.type === 'bitmap:port') return live.sort((a, b) => Number(a.values[0]) - Number(b.values[0]))
  if (set.type.startsWith('bitmap')) return live.sort((a, b) => compareIp(a.values[0] as Ip, b.values[0] as Ip))
  return live
}

function memberText(set: Ipset, entry: SetEntry, now: number): string {
  const left = entry.timeout ? Math.ceil(entry.timeout - now / SECOND) : 0
  return [
    elementText(set, entry.values),
    ...(set.timeout === undefined && entry.timeout === undefined ? [] : [`timeout ${left}`]),
    ...(set.kept.some(([w]) => w === 'counters') ? ['packets 0 bytes 0'] : []),
    ...(entry.comment === undefined ? [] : [`comment "${entry.comment}"`]),
    ...(entry.nomatch ? ['nomatch'] : []),
  ].join(' ')
}

/** Bytes in the kernel's table while no two elements share a bucket; a list's is unknown to us and told as that of its head. */
function memory(set: Ipset, count: number): number {
  const type = TYPES[set.type]
  if (set.type === 'bitmap:port') {
    const [from, to] = (set.range ?? ['0', '65535']).map(Number)
    return 72 + Math.ceil(((to ?? 0) - (from ?? 0) + 1) / 64) * 8
  }
  if (type?.method !== 'hash') return 80 + 72 * count
  const nets = type.dims.filter((d) => d === 'net').length === 0 ? 0 : set.family === 6 ? 1024 : 256
  return 200 + nets + count * (32 + 2 * type.bytes[set.family === 6 ? 1 : 0])
}

/** One set as `ipset list` prints it. `references`: rules and lists that name it. `terse`: without its members. */
export function* listLines(set: Ipset, references: number, now: number, terse = false): Generator<string, void, void> {
  const list = members(set, now)
  yield `Name: ${set.name}`
  yield `Type: ${set.type}`
  yield `Revision: ${TYPES[set.type]?.revision ?? 0}`
  yield `Header: ${header(set)}`
  yield `Size in memory: ${memory(set, list.length)}`
  yield `References: ${references}`
  yield `Number of entries: ${list.length}`
  if (terse) return
  yield 'Members:'
  for (const e of list) yield memberText(set, e, now)
}

/** One set as `ipset save` prints it: what `ipset restore` reads. */
export function* saveLines(set: Ipset, now: number): Generator<string, void, void> {
  yield `create ${set.name} ${set.type} ${header(set)}`
  for (const e of members(set, now)) yield `add ${set.name} ${memberText(set, e, now)}`
}
