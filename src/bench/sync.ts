import { nameHash } from '../agents/proxy/hash.ts'
import { rulesText } from '../agents/proxy/list.ts'
import type { ClusterNode } from '../cluster/cluster.ts'
import { build } from '../explain.ts'
import { once } from './measure.ts'
import { ms, ratio, table } from './table.ts'

const SIZES = [1000, 5000, 10_000] as const
const ENDPOINTS = 10
const MODES = ['iptables', 'ipvs', 'nftables'] as const

/** What a compiled kube-proxy v1.30 took for the same rules, the least of several runs on a machine of this size; ms. */
const REAL: Readonly<Record<string, readonly number[]>> = { iptables: [49, 295, 507], nftables: [103, 426, 950] }

const lab = (services: number, name: string, port: number): string => `
apiVersion: v1
kind: Node
metadata: {name: node-1}
spec: {podCIDR: 10.128.0.0/12}
status: {addresses: [{type: InternalIP, address: 192.168.10.11}]}
---
apiVersion: v1
kind: Service
metadata: {name: edited, namespace: ${name}}
spec: {clusterIP: 10.96.0.100, ports: [{port: ${port}}]}
---
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
networking: {podSubnet: 10.128.0.0/12, serviceSubnet: 10.96.0.0/12}
---
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: big}
spec: {v: 1, generate: [{services: ${services}, endpoints: ${ENDPOINTS}, namespace: ${name}}]}
`

/** The names of another cluster each time: hashes are kept. */
function written(mode: string, services: number, name: string, port: number): { readonly ms: number; readonly lines: number } {
  const world = build([{ name: 'big.yaml', text: lab(services, name, port) }], { wants: { everything: false, dns: false }, proxy: mode })
  const node = world.cluster.nodes[0] as ClusterNode
  const text = once(() => rulesText(world.cluster, node))
  return { ms: text.ms, lines: text.result.split('\n').length }
}

/** First sync as text, and the whole text again after one Service was edited, beside the real kube-proxy's first sync. */
export function sync(): string {
  const calibration = once(() => {
    for (let i = 0; i < 110_000; i++) nameHash(`calibration/service-${i}:http tcp10.128.0.1:8080`)
  }).ms
  const rows = MODES.flatMap((mode) =>
    SIZES.map((services, i) => {
      const name = `${mode}-${services}`
      const first = written(mode, services, name, 80)
      const again = written(mode, services, name, 81)
      const real = REAL[mode]?.[i]
      return [
        mode,
        `${services}`,
        `${first.lines}`,
        ms(first.ms),
        real === undefined ? '' : `${real}`,
        real === undefined ? '' : ratio(first.ms / real),
        ms(again.ms),
      ]
    }),
  )
  const head = ['mode', `Services x ${ENDPOINTS}`, 'lines', 'first sync ms', 'kube-proxy ms', 'to it', 'after an edit ms']
  return `sha256 and base32 of 110,000 names: ${ms(calibration)} ms\n${table(head, rows)}`
}
