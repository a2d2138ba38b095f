import { type ReactNode, useState } from 'react'
import type { Answer } from '../../../src/answer.ts'
import type { TraceEvent } from '../../../src/trace/event.ts'
import { ctLine } from '../../engine/print.ts'
import type { Look } from '../../play/steps.ts'
import { useStore } from '../../store.ts'
import { openCni } from '../../ui/far/cni/open.ts'
import { useT } from '../../ui/words/t.ts'
import { useHere } from '../Inspector.tsx'
import { useLook } from '../look.ts'
import { Coming } from '../part.tsx'
import { heldAt, tableAt } from '../tracked.ts'
import { useW } from '../words.ts'
import { HealthTable } from './HealthTable.tsx'
import { Lines, ToolText } from './ToolText.tsx'
import { type MoreWord, useM } from './words.ts'

const plain = (line: string): string => line.trim().replace(/ table \S+/, '')
const hasWord = (line: string, word: string): boolean => line.split(/\s+/).includes(word)

/** Which lines of which tool a step used. */
interface Used {
  readonly route: (line: string) => boolean
  readonly neighbour: (line: string) => boolean
  readonly fdb: (line: string) => boolean
  readonly device: (line: string) => boolean
}

function usedBy(events: readonly TraceEvent[]): Used {
  const routes = new Set(events.flatMap((e) => (e.kind === 'route' && e.route !== undefined ? [plain(e.route.text)] : [])))
  const neighbours = events.flatMap((e) => (e.kind === 'neighbour' ? [e.address] : []))
  const macs = events.flatMap((e) => (e.kind === 'fdb' ? [e.mac] : []))
  const devices = new Set(events.flatMap((e) => [e.at.device, e.kind === 'device' ? e.device : undefined]).filter((d) => d !== undefined))
  return {
    route: (line) => routes.has(plain(line)),
    neighbour: (line) => neighbours.some((a) => hasWord(line, a)),
    fdb: (line) => macs.some((mac) => hasWord(line, mac)),
    device: (line) => devices.has((line.split(/\s+/)[0] ?? '').replace(/@.*/, '')),
  }
}

function Part({
  title,
  command,
  children,
  open = true,
}: {
  readonly title: MoreWord
  readonly command: string
  readonly children: ReactNode
  readonly open?: boolean
}) {
  const m = useM()
  const [shown, setShown] = useState(open)
  return (
    <details className="card node-part" open={shown} onToggle={(e) => setShown(e.currentTarget.open)}>
      <summary>
        {m(title)} {command !== '' && <code>{command}</code>}
      </summary>
      {shown && children}
    </details>
  )
}

function Kernel({ answer, netns }: { readonly answer: Answer; readonly netns: string }) {
  const m = useM()
  const viewed = useLook(answer, { kind: 'kernel', netns })
  if (viewed === undefined) return <Coming />
  if (viewed.kind !== 'kernel') return null
  return (
    <>
      <Part title="node.listeners" command="">
        <Lines lines={viewed.listeners.map((l) => `${l.proto.padEnd(4)} ${l.local.padEnd(22)} ${l.process}`)} most={100} />
      </Part>
      <Part title="node.sysctls" command="sysctl">
        <ol className="tool-text">
          {viewed.sysctls.map((s) => (
            <li key={s.name}>
              {s.name} = {s.value} {s.value !== s.usual && <small>{m('node.unused', { n: s.usual })}</small>}
            </li>
          ))}
        </ol>
      </Part>
    </>
  )
}

/** Whole maps of Cilium, as its own program lists them. */
const CILIUM: readonly (readonly string[])[] = [
  ['cilium', 'bpf', 'lb', 'list'],
  ['cilium', 'bpf', 'ipcache', 'list'],
  ['cilium', 'bpf', 'endpoint', 'list'],
  ['cilium', 'bpf', 'policy', 'get', '--all'],
  ['cilium', 'bpf', 'ct', 'list', 'global'],
  ['cilium', 'bpf', 'nat', 'list'],
]
const PROXY_LOG = ['kubectl', 'logs', '-n', 'kube-system', 'ds/kube-proxy']

function Machine({ answer, look, netns }: { readonly answer: Answer; readonly look: Look; readonly netns: string }) {
  const m = useM()
  const here = look.main.at.netns === netns
  const used = usedBy(here ? (look.whole ? look.station.events : [look.main]) : [])
  const kind = answer.stage?.netns.find((n) => n.name === netns)?.kind
  const seq = look.whole ? look.station.last : look.main.seq
  const held = here ? heldAt(look.main) : undefined
  const entries = tableAt(answer, netns, seq)
  const lines = entries.map((e) => ctLine(e, { extended: false, id: false }))
  const mine = lines[entries.findIndex((e) => e.id === held)]
  const v6 = answer.stage?.netns.find((n) => n.name === netns)?.addresses.some((a) => a.includes(':')) === true
  const hasBpf = kind === 'node' && answer.stage?.netns.find((n) => n.name === netns)?.devices.some((d) => d.bpf !== undefined) === true
  const balances = answer.stage?.netns.some((n) => n.name === netns && n.balances) === true
  return (
    <>
      {kind === 'pod' && (
        <button type="button" className="node-cni" aria-haspopup="dialog" onClick={() => openCni(netns)}>
          {m('node.cni')}
        </button>
      )}
      {balances && (
        <Part title="node.health" command="">
          <HealthTable answer={answer} netns={netns} />
        </Part>
      )}
      <Part title="node.addresses" command="ip -br addr">
        <ToolText answer={answer} netns={netns} argv={['ip', '-br', 'addr']} lit={used.device} />
      </Part>
      <Part title="node.routes" command="ip route">
        <ToolText answer={answer} netns={netns} argv={['ip', 'route']} lit={used.route} />
      </Part>
      {v6 && (
        <Part title="node.routes" command="ip -6 route">
          <ToolText answer={answer} netns={netns} argv={['ip', '-6', 'route']} lit={used.route} />
        </Part>
      )}
      <Part title="node.neighbours" command="ip neigh">
        <ToolText answer={answer} netns={netns} argv={['ip', 'neigh']} lit={used.neighbour} />
      </Part>
      {kind === 'node' && (
        <Part title="node.fdb" command="bridge fdb">
          <ToolText answer={answer} netns={netns} argv={['bridge', 'fdb']} lit={used.fdb} />
        </Part>
      )}
      <Part title="node.conntrack" command="conntrack -L">
        <Lines lines={lines} lit={(line) => line === mine} most={100} />
      </Part>
      {hasBpf &&
        CILIUM.map((argv) => (
          <Part key={argv.join(' ')} title="node.bpf" command={argv.join(' ')} open={false}>
            <ToolText answer={answer} netns={netns} argv={argv} />
          </Part>
        ))}
      <Kernel answer={answer} netns={netns} />
      {kind === 'node' && (
        <Part title="node.proxy-log" command={PROXY_LOG.join(' ')} open={false}>
          <ToolText answer={answer} netns={netns} argv={PROXY_LOG} />
        </Part>
      )}
      {(kind === 'pod' || kind === 'host') && (
        <Part title="node.resolv" command="cat /etc/resolv.conf" open={false}>
          <ToolText answer={answer} netns={netns} argv={['cat', '/etc/resolv.conf']} />
        </Part>
      )}
    </>
  )
}

function Node({ answer, look }: { readonly answer: Answer; readonly look: Look }) {
  const m = useM()
  const w = useW()
  const [picked, setPicked] = useState('')
  const stale = useStore((s) => s.answer !== s.good)
  const names = answer.stage?.netns.filter((n) => n.kind !== 'underlay').map((n) => n.name) ?? []
  const here = look.main.at.netns
  const netns = names.includes(picked) ? picked : here
  return (
    <div className="inspector">
      <label className="picker">
        {m('node.of')}
        <select value={names.includes(picked) ? picked : ''} onChange={(e) => setPicked(e.target.value)}>
          <option value="">{m('node.step', { name: here })}</option>
          {names.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {stale ? (
        <p className="aside">{w('more.stale')}</p>
      ) : names.includes(netns) ? (
        <>
          <p className="aside">{m('node.now')}</p>
          <Machine key={netns} answer={answer} look={look} netns={netns} />
        </>
      ) : (
        <p className="aside">{m('node.nothing')}</p>
      )}
    </div>
  )
}

/** The state of the machine where this step happens, as an operator's tools print it. */
export default function NodeTab() {
  const t = useT()
  const here = useHere()
  return here === undefined ? <p className="empty">{t('inspector.nowhere')}</p> : <Node answer={here.answer} look={here.look} />
}
