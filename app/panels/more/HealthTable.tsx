import type { Answer, Viewed } from '../../../src/answer.ts'
import { send } from '../../asking.ts'
import { listed } from '../../engine/list.ts'
import { useStore } from '../../store.ts'
import { useLook } from '../look.ts'
import { Coming } from '../part.tsx'
import { useH } from './healthwords.ts'

type Service = Extract<Viewed, { kind: 'health' }>['services'][number]
type Row = Service['nodes'][number]

const oneLine = (body: string): string => body.replace(/\s+/g, ' ').trim()

/** One node: whether it gets traffic, what it was asked and what it said. */
function NodeRow({ row, netns }: { readonly row: Row; readonly netns: string }) {
  const h = useH()
  return (
    <li data-healthy={row.healthy}>
      <p>
        <b>{row.node}</b> <span className="health-state">{h(row.healthy ? 'healthy' : row.asks === '' ? 'out' : 'unhealthy')}</span>
        {row.asks !== '' && (
          <button type="button" onClick={() => send(netns, row.asks)}>
            {h('walk')}
          </button>
        )}
      </p>
      <p className="health-said">
        {row.asks === '' ? h('excluded') : row.asks} {row.asks !== '' && <b>{row.answer}</b>}
        {row.body !== undefined && <code>{oneLine(row.body)}</code>}
      </p>
    </li>
  )
}

function Announced({ one }: { readonly one: Service }) {
  const h = useH()
  const lang = useStore((s) => s.lang)
  return <p className="aside">{one.leader === undefined ? h('nobody') : h('leader', { node: one.leader, vip: listed(one.vips, lang) })}</p>
}

/** Which nodes a load balancer sends to, Service by Service, with the answer to its last health check. */
export function HealthTable({ answer, netns }: { readonly answer: Answer; readonly netns: string }) {
  const h = useH()
  const viewed = useLook(answer, { kind: 'health', netns })
  if (viewed === undefined) return <Coming />
  if (viewed.kind !== 'health') return null
  return viewed.services.map((one) => (
    <div key={one.service} className="health">
      <p>
        <b>{one.service}</b> <code>{one.vips.join(', ')}</code> externalTrafficPolicy: {one.policy}
      </p>
      <p className="aside">{h(one.kind)}</p>
      {one.kind === 'l2' ? (
        <Announced one={one} />
      ) : (
        <ol>
          {one.nodes.map((row) => (
            <NodeRow key={row.node} row={row} netns={netns} />
          ))}
        </ol>
      )}
    </div>
  ))
}
