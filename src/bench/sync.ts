import { createHash } from 'node:crypto'
import { resourceUsage } from 'node:process'
import { freshNameHash } from '../agents/proxy/hash.ts'
import { rulesText } from '../agents/proxy/list.ts'
import type { ClusterNode } from '../cluster/cluster.ts'
import { worldOf } from './lab.ts'
import { once } from './measure.ts'
import { ms, ratio, table } from './table.ts'

const SIZES = [1000, 5000, 10_000] as const
const ENDPOINTS = 10
const MODES = ['iptables', 'ipvs', 'nftables'] as const
/** The least of so many counts: a small cluster needs more until the code is warm, as a running kube-proxy is. */
const runsOf = (services: number): number => Math.max(3, Math.ceil(12_000 / services))

/** What a compiled kube-proxy v1.30 took for the same rules, the least of several runs on a machine of this size; ms. */
const REAL: Readonly<Record<string, readonly number[]>> = { iptables: [49, 295, 507], nftables: [103, 426, 950] }

const edited = (namespace: string, port: number): string => `apiVersion: v1
kind: Service
metadata: {name: edited, namespace: ${namespace}}
spec: {clusterIP: 10.96.0.100, ports: [{port: ${port}}]}
---
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
networking: {podSubnet: 10.244.0.0/16, serviceSubnet: 10.96.0.0/12}
---
`

/** Milliseconds of one sync as text: the cluster stands already. */
function written(proxy: string, services: number, namespace: string, port: number): { readonly ms: number; readonly text: string } {
  const world = worldOf({ services, endpoints: ENDPOINTS, namespace, proxy, more: edited(namespace, port) })
  const node = world.cluster.nodes[0] as ClusterNode
  const run = once(() => rulesText(world.cluster, node))
  return { ms: run.ms, text: run.result }
}

function rowOf(mode: string, services: number, real: number | undefined): readonly string[] {
  let [first, again, lines] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0]
  const runs = runsOf(services)
  for (let i = 0; i < runs; i++) {
    // the names of another cluster each time: nothing of it was ever written
    const namespace = `${mode}-${services}-${i}`
    const one = written(mode, services, namespace, 80)
    lines = one.text.split('\n').length
    first = Math.min(first, one.ms)
    for (let j = 0; j < 3; j++) again = Math.min(again, written(mode, services, namespace, 81 + j).ms)
  }
  const to = (n: number): string => (real === undefined ? '' : times(n / real))
  return [mode, `${services}`, `${lines}`, real === undefined ? '' : `${real}`, ms(first), to(first), ms(again), to(again)]
}

/** Below one, two digits count. */
const times = (n: number): string => (n < 1 ? `${n.toFixed(2)}x` : ratio(n))
const name = (i: number): string => `calibration/service-${i}:http tcp10.128.0.1:8080`

/** First sync as text, and the whole text again after one Service was edited, beside the real kube-proxy's first sync. */
export function sync(): string {
  const theirs = once(() => {
    for (let i = 0; i < 110_000; i++) createHash('sha256').update(name(i)).digest()
  }).ms
  const ours = once(() => {
    for (let i = 0; i < 110_000; i++) freshNameHash(name(i))
  }).ms
  const rows = MODES.flatMap((mode) => SIZES.map((services, i) => rowOf(mode, services, REAL[mode]?.[i])))
  const head = ['mode', `Services x ${ENDPOINTS}`, 'lines', 'kube-proxy ms', 'first sync ms', 'to it', 'after an edit ms', 'to it']
  const calibration = `110,000 names: sha256 of Node's OpenSSL ${ms(theirs)} ms, our sha256 and base32 ${ms(ours)} ms`
  return `${calibration}\n${table(head, rows)}most memory of the process: ${(resourceUsage().maxRSS / 1024).toFixed(0)} MB\n`
}
