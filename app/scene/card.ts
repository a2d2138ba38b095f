import type { Header, L4Header, Packet } from '../../src/net/packet.ts'
import type { TraceEvent } from '../../src/trace/event.ts'
import { lastOf } from '../timeline/last.ts'
import { boxOfText, textShape } from './draft.ts'
import { textWidth } from './measure.ts'
import type { Box, TextShape } from './shapes.ts'

/** A rewrite at a stop: which side, old and new, `host:port`. */
export interface Rewrite {
  readonly side: 'src' | 'dst'
  readonly from: string
  readonly to: string
  readonly undo: boolean
}

/** What the card says, before it is placed. */
export interface CardWords {
  /** The headers around the packet, in one line: long, and shorter where that has no room. */
  readonly outer?: readonly string[]
  readonly src: string
  readonly dst: string
  readonly about: string
  readonly rewrites: readonly Rewrite[]
}

const ipAt = (headers: readonly Header[], inner: boolean): number => {
  const at = headers.map((h, i) => (h.kind === 'ip' ? i : -1)).filter((i) => i >= 0)
  return (inner ? at.at(-1) : at[0]) ?? -1
}

function ends(headers: readonly Header[], at: number): { readonly src: string; readonly dst: string; readonly about: string } | undefined {
  const head = headers[at]
  if (head?.kind !== 'ip') return undefined
  const l4 = headers[at + 1] as L4Header | undefined
  const port = (n: number | undefined, address: typeof head.src): string =>
    n === undefined ? address : address.includes(':') ? `[${address}]:${n}` : `${address}:${n}`
  const hasPorts = l4?.kind === 'tcp' || l4?.kind === 'udp' || l4?.kind === 'sctp'
  return {
    src: port(hasPorts ? l4.sport : undefined, head.src),
    dst: port(hasPorts ? l4.dport : undefined, head.dst),
    about: `${l4Words(l4, head.proto)} · ttl ${head.ttl}${head.option ? ` · option ${port(head.option.port, head.option.address)}` : ''}`,
  }
}

const flagNames = { S: 'SYN', A: 'ACK', P: 'PSH', F: 'FIN', R: 'RST' } as const

function l4Words(l4: L4Header | undefined, proto: string): string {
  if (l4?.kind === 'tcp') return `TCP ${l4.flags.map((f) => flagNames[f]).join(' ')}`.trim()
  if (l4?.kind === 'icmp') return `ICMP ${l4.type}/${l4.code}`
  return proto.toUpperCase()
}

const messageWords = (packet: Packet): string | undefined => {
  const m = packet.message
  switch (m?.kind) {
    case 'http-request':
      return `${m.method} ${m.path}`
    case 'http-response':
      return `HTTP ${m.status}`
    case 'dns':
      return m.response ? `DNS ${m.rcode}` : `DNS ${m.type} ${m.name}`
    case 'tls':
      return m.certificate === undefined ? 'TLS ClientHello' : 'TLS ServerHello'
    case 'data':
    case undefined:
      return undefined
  }
}

/** The packet after these events, and what they rewrote. Undefined while there is no packet yet. */
export function cardWords(events: readonly TraceEvent[], earlier: readonly TraceEvent[]): CardWords | undefined {
  const seen = [...events].reverse().find((e) => e.after.kind === 'skb') ?? [...earlier].reverse().find((e) => e.after.kind === 'skb')
  if (seen?.after.kind !== 'skb') return undefined
  const packet = seen.after.skb.packet
  const inner = ends(packet.headers, ipAt(packet.headers, true))
  if (inner === undefined) return undefined
  const wrapped = ipAt(packet.headers, true) !== ipAt(packet.headers, false)
  const outer = wrapped ? ends(packet.headers, ipAt(packet.headers, false)) : undefined
  const vxlan = packet.headers.find((h) => h.kind === 'vxlan')
  const tunnel = vxlan?.kind === 'vxlan' ? `VXLAN ${vxlan.vni}` : 'IPIP'
  const bare = (e: string): string => e.replace(/:\d+$/, '')
  const rewrites = events.flatMap((e): readonly Rewrite[] =>
    e.kind === 'nat' ? [{ side: e.manip, from: e.from, to: e.to, undo: e.undo }] : [],
  )
  const said = messageWords(packet)
  return {
    ...(outer === undefined ? {} : { outer: [outer.dst, bare(outer.dst)].map((dst) => `${tunnel} ${bare(outer.src)} → ${dst}`) }),
    src: inner.src,
    dst: inner.dst,
    about: said === undefined ? inner.about : `${inner.about} · ${said}`,
    rewrites,
  }
}

const line = 15
const pad = 9
/** What is inside a tunnel stands so far inside the card, px. */
const nest = 6

export interface PlacedCard {
  readonly box: Box
  readonly rows: readonly TextShape[]
  readonly news: readonly Box[]
  /** Around what a tunnel carries. */
  readonly inner?: Box
}

interface Piece {
  readonly text: string
  readonly ink: TextShape['ink']
  readonly struck?: boolean
  readonly fresh?: boolean
  readonly bold?: boolean
}

/** The rows of the card, each a list of pieces that stand beside each other. */
function rowsOfCard(words: CardWords, room: number): readonly (readonly Piece[])[] {
  const width = (pieces: readonly Piece[]): number => pieces.reduce((sum, p) => sum + textWidth(p.text, 11, 'mono') + 7, -7)
  const out: (readonly Piece[])[] = []
  if (words.outer !== undefined) {
    const texts = words.outer.map((text): readonly Piece[] => [{ text, ink: 'muted' }])
    out.push(texts.find((one) => width(one) <= room) ?? texts.at(-1) ?? [])
  }
  if (words.rewrites.length === 0) {
    const one: readonly Piece[] = [
      { text: words.src, ink: 'ink' },
      { text: '→', ink: 'muted' },
      { text: words.dst, ink: 'ink' },
    ]
    if (width(one) <= room) out.push(one)
    else
      out.push(
        [
          { text: 'src', ink: 'muted' },
          { text: words.src, ink: 'ink' },
        ],
        [
          { text: 'dst', ink: 'muted' },
          { text: words.dst, ink: 'ink' },
        ],
      )
    if (words.outer === undefined) out.push([{ text: words.about, ink: 'muted' }])
    return out
  }
  for (const side of ['src', 'dst'] as const) {
    const change = lastOf(words.rewrites, (r) => r.side === side)
    const label: Piece = { text: side, ink: 'muted' }
    if (change === undefined) {
      out.push([label, { text: words[side], ink: 'ink' }])
      continue
    }
    const old: Piece = { text: change.from, ink: 'drop-text', struck: true }
    const fresh: Piece = { text: change.to, ink: 'rewrite-text', fresh: true, bold: true }
    if (width([label, old, fresh]) + 10 <= room) out.push([label, old, fresh])
    else out.push([label, old], [{ text: '   ', ink: 'muted' }, fresh])
  }
  return out
}

/** Where height is dear, the side that did not change is left out, or what is not an address; where it is dearer, what stood there before. */
function shorter(words: CardWords, wanted: readonly (readonly Piece[])[], rows: number): readonly (readonly Piece[])[] {
  if (words.rewrites.length === 0) return wanted.filter((row) => row.some((p) => p.ink === 'ink'))
  const changed = wanted.filter((row) => row.some((p) => p.struck || p.fresh))
  if (changed.length <= rows) return changed
  return (['src', 'dst'] as const).flatMap((side): readonly (readonly Piece[])[] => {
    const change = lastOf(words.rewrites, (r) => r.side === side)
    return change === undefined
      ? []
      : [
          [
            { text: side, ink: 'muted' },
            { text: change.to, ink: 'rewrite-text', fresh: true, bold: true },
          ],
        ]
  })
}

/** The card under a station at `x`, inside its slot and never wider than it. */
export function placeCard(words: CardWords, slot: Box, x: number): PlacedCard {
  const wanted = rowsOfCard(words, slot.w - 2 * pad)
  const most = Math.floor((slot.h - 2 * pad + 5) / line)
  const fits = wanted.length <= most
  const pieces = fits ? wanted : shorter(words, wanted, most)
  const nested = fits && words.outer !== undefined && pieces.length * line + 13 <= slot.h
  const drawn: TextShape[] = []
  const news: Box[] = []
  let wide = 0
  for (const [r, row] of pieces.entries()) {
    const inside = nested && r > 0
    let at = inside ? pad + nest : pad
    for (const [i, p] of row.entries()) {
      if (p.fresh) at += 3
      const t = textShape(`card/${r}/${i}`, at, pad + 10 + r * line + (inside ? -2 : nested ? -4 : 0), p.text, {
        font: 'mono',
        size: 11,
        weight: p.bold ? 650 : 400,
        ink: p.ink,
        room: slot.w - pad - at - (inside ? nest : 0),
      })
      drawn.push(p.struck ? { ...t, struck: true } : t)
      const b = boxOfText(t)
      if (p.fresh) news.push({ x: b.x - 3, y: b.y - 3, w: b.w + 6, h: b.h + 6 })
      at += b.w + 7
    }
    wide = Math.max(wide, at - 7 + (inside ? nest : 0))
  }
  const w = Math.min(slot.w, wide + pad + 3)
  const h = pieces.length * line + 2 * pad - 5
  const left = Math.max(slot.x, Math.min(x - w / 2, slot.x + slot.w - w))
  const move = <T extends { readonly x: number; readonly y: number }>(s: T): T => ({ ...s, x: s.x + left, y: s.y + slot.y })
  const top = pad + 11
  return {
    box: { x: left, y: slot.y, w, h },
    rows: drawn.map(move),
    news: news.map(move),
    ...(nested ? { inner: move({ x: nest, y: top, w: w - 2 * nest, h: h - top - 4 }) } : {}),
  }
}
