import { expect } from 'vitest'
import type { Answer, Question } from '../answer.ts'
import type { ChainRow, HookColumns, TableVisit } from '../engine/columns/shape.ts'
import type { BpfSaid } from '../engine/columns/shape-bpf.ts'
import { explain } from '../explain.ts'
import { view } from '../view.ts'
import { host, pod, together, twoNodes } from './stories/lab.ts'

const service = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, clusterIP: 10.96.10.10, selector: {app: web}, ports: [{port: 80, targetPort: 8080, nodePort: 31080}]}
`
const settings = (...lines: readonly string[]): string => `
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {${lines.join(', ')}}
`
/** Lets the Service’s Pods be asked by the client on another port alone. */
export const closed = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {app: client}}}], ports: [{port: 9090}]}]
`
const machines = [
  twoNodes,
  pod({ name: 'client', node: 'node-1', ip: '10.244.1.2' }),
  pod({ name: 'web-1', app: 'web', node: 'node-2', ip: '10.244.2.2', port: 8080 }),
  pod({ name: 'web-2', app: 'web', node: 'node-2', ip: '10.244.2.3', port: 8080 }),
  pod({ name: 'web-3', app: 'web', node: 'node-2', ip: '10.244.2.4', port: 8080 }),
  service,
  host('outside', '192.168.10.100'),
]

interface Setup {
  readonly from?: string
  readonly to?: string
  readonly config?: readonly string[]
  readonly proxy?: string
  readonly more?: readonly string[]
}

/** A client on node-1, three Pods of a Service on node-2, and a machine outside. */
export function walk({ from = 'default/client', to = 'http://10.96.10.10/', config = [], proxy = 'none', more = [] }: Setup) {
  const text = together(...machines, ...more, ...(config.length > 0 ? [settings(...config)] : []))
  const question: Question = { v: 1, files: [{ name: 'lab.yaml', text }], seed: 1, cni: 'cilium', proxy, probe: { from, to, sport: 40001 } }
  const walked = explain(question)
  expect(walked.answer.problems.filter((p) => p.severity === 'error')).toEqual([])
  return walked
}

export const events = (answer: Answer, journey = 0) => answer.walk?.journeys[journey]?.events ?? []

/** The columns of a program's first run in a journey. */
export function program(
  walked: ReturnType<typeof walk>,
  name: string,
  journey = 0,
): TableVisit & { readonly causes: HookColumns['causes'] } {
  const start = events(walked.answer, journey).find((e) => e.kind === 'bpf' && e.program === name)
  const shown = view(walked.world, { kind: 'columns', journey, seq: start?.seq ?? -1 }, walked)
  const [visit] = shown.kind === 'columns' ? shown.visits : []
  if (shown.kind !== 'columns' || !visit) throw new Error(`no columns of ${name}`)
  return { ...visit, causes: shown.causes }
}

const rowText = (row: ChainRow): string => {
  if (row.kind === 'key') return `${row.n ?? ''}) ${row.parts.map((p) => p.value).join()}${row.absent ? ' ?' : ''}`
  if (row.kind === 'element') return `${row.state === 'matched' ? '*' : ' '}${row.text}`
  if (row.kind === 'fold') return `(${row.count})`
  if (row.kind === 'head') return row.text
  return row.kind === 'said' && row.said.code === 'bpf' ? row.said.bpf.is : row.kind
}
/** One line a column: its name and its rows. */
export const texts = (visit: TableVisit): readonly string[] => visit.columns.map((c) => [c.chain, ...c.rows.map(rowText)].join(' | '))
/** What is said of the run. */
export const saids = (visit: TableVisit): readonly BpfSaid[] =>
  visit.columns.flatMap((c) => c.rows.flatMap((r) => (r.kind === 'said' && r.said.code === 'bpf' ? [r.said.bpf] : [])))
