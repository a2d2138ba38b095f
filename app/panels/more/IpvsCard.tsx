import type { Answer } from '../../../src/answer.ts'
import type { TraceEvent } from '../../../src/trace/event.ts'
import { useW } from '../words.ts'
import { ToolText } from './ToolText.tsx'

const OPTIONS: Readonly<Record<string, string>> = { TCP: '-t', UDP: '-u', SCTP: '--sctp-service', FWM: '-f' }

/** What IPVS went by: the virtual server with its real ones, or for a known connection its line, with the server's lit. */
export default function IpvsCard({
  answer,
  event,
}: {
  readonly answer: Answer
  readonly event: Extract<TraceEvent, { readonly kind: 'nat' }>
}) {
  const w = useW()
  const { from, to, ipvs } = event
  const [proto = '', name = ''] = (ipvs?.service ?? '').split(' ')
  const option = OPTIONS[proto]
  const scheduled = option !== undefined && (ipvs?.how === 'scheduled' || ipvs?.how === 'persistent')
  const argv = scheduled ? ['ipvsadm', '-Ln', option, name] : ['ipvsadm', '-Lnc']
  const server = event.manip === 'dst' ? to : from
  const lit = (line: string): boolean => (scheduled ? line.includes(`-> ${server} `) : line.trimEnd().endsWith(` ${server}`))
  return (
    <section className="card">
      <h3>{w('rule.ipvs', { tool: argv.join(' ') })}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys */}
      <section className="tool-table" aria-label={argv.join(' ')} tabIndex={0}>
        <ToolText answer={answer} netns={event.at.netns} argv={argv} lit={lit} most={8} />
      </section>
    </section>
  )
}
