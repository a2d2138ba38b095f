import type { TraceEvent } from '../../../../src/trace/event.ts'
import { sayIn } from '../../../panels/book.ts'
import { outlook } from '../../../panels/fate.ts'
import { insideOf } from '../../../panels/more/inside.ts'
import { layersOf } from '../../../panels/packet.ts'
import type { Tone } from '../../../timeline/beats.ts'
import { textShape } from '../../draft.ts'
import { textWidth } from '../../measure.ts'
import type { Box, BoxShape, TextShape } from '../../shapes.ts'
import { type Lang, smallType } from '../../words.ts'
import { leading } from './cards.ts'
import { book } from './words.ts'

interface Panel {
  readonly boxes: readonly BoxShape[]
  readonly texts: readonly TextShape[]
  readonly end: number
}

interface Piece {
  readonly text: string
  readonly soon: boolean
}

/** Fields beside each other, as many as a line holds. */
function flow(pieces: readonly Piece[], room: number): readonly (readonly Piece[])[] {
  const lines: Piece[][] = []
  let used = 0
  for (const p of pieces) {
    const w = textWidth(p.text, 11, 'mono')
    const last = lines.at(-1)
    if (last !== undefined && used + 14 + w <= room) {
      last.push(p)
      used += 14 + w
    } else {
      lines.push([p])
      used = w
    }
  }
  return lines
}

/** The packet's headers from the outermost in: a grey bar ends in this namespace, an amber field is about to change, the rest goes on. */
export function headersPanel(events: readonly TraceEvent[], index: number, tone: Tone, at: Omit<Box, 'h'>, lang: Lang): Panel {
  const say = sayIn(book, lang)
  const small = smallType(lang)
  const { x, y, w } = at
  const room = w - 24
  const after = events[index]?.after
  const texts: TextShape[] = [textShape('packet/title', x + 12, y + 20, say('packet'), { size: 13, weight: 650, ink: 'ink', room: w - 24 })]
  const boxes: BoxShape[] = []
  let below = y + 30
  if (after?.kind !== 'skb') {
    texts.push(textShape('packet/none', x + 12, below + 12, say('noPacket'), { size: small, room }))
    below += 22
  } else {
    const fates = outlook(events, index)?.headers ?? []
    const layers = layersOf(undefined, after.skb.packet)
    const inside = insideOf(layers)
    let wall: number | undefined
    for (const [i, layer] of layers.entries()) {
      const fate = fates[i]
      if (i === inside?.from) {
        wall = below
        texts.push(
          textShape('packet/inside', x + 20, below + 14, say('inside', { tunnel: inside.tunnel }), { size: small, weight: 650, room }),
        )
        below += 22
      }
      const deep = wall === undefined ? 0 : 8
      boxes.push({
        id: `packet/${i}/bar`,
        role: 'bar',
        fate: fate?.fate ?? 'goes',
        tone,
        lit: true,
        r: 2,
        x: x + 12 + deep,
        y: below,
        w: room - 2 * deep,
        h: 4,
      })
      const said = fate?.fate === 'ends' ? say('ends') : `${layer.bytes} B`
      const right = textWidth(said, small)
      texts.push(
        textShape(`packet/${i}/title`, x + 12 + deep, below + 17, layer.title, {
          size: 12,
          weight: 650,
          ink: 'ink',
          room: room - right - 8 - 2 * deep,
        }),
        textShape(`packet/${i}/bytes`, x + w - 12 - deep, below + 17, said, { size: small, anchor: 'end' }),
      )
      below += 17
      const soon = new Set(fate?.soon.map((f) => f.name))
      const pieces = layer.fields.map((f) => ({ text: `${f.name} ${f.after ?? ''}`, soon: soon.has(f.name) }))
      for (const [n, line] of flow(pieces, room - 6 - 2 * deep).entries()) {
        let left = x + 15 + deep
        for (const [m, p] of line.entries()) {
          const t = textShape(`packet/${i}/${n}/${m}`, left, below + leading, p.text, {
            font: 'mono',
            size: 11,
            weight: p.soon ? 650 : 400,
            ink: p.soon ? 'rewrite-text' : 'ink2',
            room: room - 6 - 2 * deep,
          })
          texts.push(t)
          const wide = textWidth(t.text, 11, 'mono')
          if (p.soon)
            boxes.push({
              id: `${t.id}/soon`,
              role: 'row',
              fate: 'changes',
              lit: true,
              r: 4,
              x: left - 3,
              y: below + 3,
              w: wide + 6,
              h: leading,
            })
          left += wide + 14
        }
        below += leading
      }
      below += 11
    }
    if (wall !== undefined) {
      const walls = { x: x + 12, y: wall - 2, w: room, h: below - wall }
      boxes.unshift({ id: 'packet/tunnel', role: 'tunnel', tone, lit: true, r: 6, ...walls })
      below += 6
    }
  }
  return { boxes: [{ id: 'packet', role: 'panel', lit: false, r: 10, x, y, w, h: below - y }, ...boxes], texts, end: below }
}
