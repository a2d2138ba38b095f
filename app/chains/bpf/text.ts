import type { BpfSaid } from '../../../src/engine/columns/shape-bpf.ts'
import type { SaidRow } from '../../../src/engine/columns/shape-look.ts'
import type { Lang } from '../../ui/lang.ts'
import type { RowText, RowTone } from '../rows.ts'
import { bpfEn } from './en.ts'
import { bpfZh } from './zh.ts'

export const sayBpf = (said: BpfSaid, lang: Lang): readonly string[] => (lang === 'zh' ? bpfZh : bpfEn)(said)

/** How many of its lines are output of tools, or what a tool would print. */
function monoLines(said: BpfSaid): number {
  switch (said.is) {
    case 'noted':
    case 'fib':
      return 2
    case 'call':
    case 'took':
    case 'sockaddr':
    case 'packet':
    case 'tunnel':
    case 'option':
    case 'ttl':
      return 1
    case 'asks':
    case 'believes':
    case 'front':
    case 'random':
    case 'maglev':
    case 'affinity':
    case 'by':
    case 'miss':
    case 'others':
    case 'verdict':
    case 'denied':
    case 'hooks':
      return 0
  }
}

/** Sentences whose first line stands out. */
const hasLead = ({ is }: BpfSaid): boolean => is === 'asks' || is === 'denied' || is === 'random' || is === 'hooks'

/** Before which the lines of tools break. */
const broken = (line: string): readonly string[] => line.split(/ (?=-> |→ |> |Flags )/)

/** The words of one card about a program. */
export function bpfText(row: SaidRow, said: BpfSaid, lang: Lang): RowText {
  const lines = sayBpf(said, lang)
  const mono = monoLines(said)
  const leads = hasLead(said) ? 1 : 0
  const tone: RowTone = row.rewrites ? 'rewrite' : (row.tone ?? 'said')
  return {
    tone,
    pieces: lines
      .slice(0, mono)
      .flatMap((line, i) => broken(line).map((text) => ({ text, tone: i === 0 ? ('hit' as const) : ('plain' as const) }))),
    leads: lines.slice(mono, mono + leads),
    notes: lines.slice(mono + leads),
    counted: '',
  }
}
