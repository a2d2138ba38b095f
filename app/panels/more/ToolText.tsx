import type { Answer } from '../../../src/answer.ts'
import { sayProblem } from '../../engine/say.ts'
import { useStore } from '../../store.ts'
import { useLook } from '../look.ts'
import { useM } from './words.ts'

interface LinesProps {
  readonly lines: readonly string[]
  readonly lit?: (line: string) => boolean
  readonly most: number
}

/** Lines as a tool printed them, some of them lit; of very many the first, the lit ones, and how many more there are. */
export function Lines({ lines, lit = () => false, most }: LinesProps) {
  const m = useM()
  const text = lines.filter((l) => l.trim() !== '')
  const shown = text.length <= most ? text : [...text.slice(0, most), ...text.slice(most).filter(lit)]
  return (
    <ol className="tool-text">
      {shown.map((line, i) => (
        // Lines may be equal.
        // biome-ignore lint/suspicious/noArrayIndexKey: the order is the tool's
        <li key={i} data-lit={lit(line)}>
          {line.trimEnd()}
        </li>
      ))}
      {text.length === 0 && <li className="none">{m('text.empty')}</li>}
      {shown.length < text.length && <li className="none">{m('text.left', { n: text.length - shown.length })}</li>}
    </ol>
  )
}

interface Props {
  readonly answer: Answer
  readonly netns: string
  readonly argv: readonly string[]
  readonly lit?: (line: string) => boolean
  readonly most?: number
}

/** What an operator's command prints on a machine of the lab. */
export function ToolText({ answer, netns, argv, lit, most = 200 }: Props) {
  const m = useM()
  const lang = useStore((s) => s.lang)
  const viewed = useLook(answer, { kind: 'tool', netns, argv })
  if (viewed === undefined)
    return (
      <p className="aside" data-coming="">
        {m('text.wait')}
      </p>
    )
  if (viewed.kind === 'problem') return <p className="aside">{sayProblem(viewed.problem, lang)}</p>
  if (viewed.kind !== 'text') return null
  return <Lines lines={viewed.text.split('\n')} most={most} {...(lit === undefined ? {} : { lit })} />
}
