import type { Answer } from '../../../src/answer.ts'
import type { TraceEvent } from '../../../src/trace/event.ts'
import { listed } from '../../engine/list.ts'
import { useStore } from '../../store.ts'
import { ToolText } from './ToolText.tsx'
import { useM } from './words.ts'

interface Props {
  readonly answer: Answer
  readonly event: Extract<TraceEvent, { readonly kind: 'neighbour' | 'fdb' }>
}

const hasWord = (line: string, word: string): boolean => line.split(/\s+/).includes(word)

/** The neighbour or FDB entry of a step among its like, as `ip neigh` and `bridge fdb` print them. */
export default function Neighbours({ answer, event }: Props) {
  const m = useM()
  const lang = useStore((s) => s.lang)
  const { netns } = event.at
  if (event.kind === 'neighbour')
    return (
      <section className="card">
        <h3>{m('neigh.title', { address: event.address })}</h3>
        {event.found !== 'none-needed' && (
          <ToolText
            answer={answer}
            netns={netns}
            argv={['ip', 'neigh', 'show', 'dev', event.dev]}
            lit={(line) => hasWord(line, event.address)}
            most={4}
          />
        )}
        <p className="aside">
          <code>ip neigh show dev {event.dev}</code> · {m(`neigh.${event.found}`)}
        </p>
      </section>
    )
  if (event.flow !== undefined)
    return (
      <section className="card">
        <h3>{m('flow.title', { datapath: event.bridge })}</h3>
        <pre>{event.flow}</pre>
        <p className="aside">{m('flow.aside')}</p>
      </section>
    )
  return (
    <section className="card">
      <h3>{m('fdb.title', { bridge: event.bridge, mac: event.mac })}</h3>
      <ToolText
        answer={answer}
        netns={netns}
        argv={['bridge', 'fdb', 'show', 'br', event.bridge]}
        lit={(line) => hasWord(line, event.mac) && (event.port === undefined || hasWord(line, event.port))}
        most={4}
      />
      <p className="aside">
        <code>bridge fdb show br {event.bridge}</code>
        {event.flooded.length > 0 && <> · {m('fdb.flooded', { list: listed(event.flooded, lang) })}</>}
      </p>
    </section>
  )
}
