import { matrixOf } from '../engine/matrix.ts'
import { build, type World } from '../explain.ts'
import { once } from './measure.ts'
import { ms, table } from './table.ts'

const NODES = 4
const PODS = 200
const SERVICES = 50

const node = (i: number): string =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: node-${i}}\nspec: {podCIDR: 10.244.${i}.0/24}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.${10 + i}}]}\n`
const deployment = (i: number): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d${i}}\nspec:\n  replicas: ${PODS / SERVICES}\n  selector: {matchLabels: {app: d${i}}}\n  template:\n    metadata: {labels: {app: d${i}}}\n    spec: {containers: [{name: c, image: x, ports: [{containerPort: 8080}]}]}\n`
const service = (i: number): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: s${i}}\nspec: {selector: {app: d${i}}, ports: [{port: 80, targetPort: 8080}]}\n`
const count = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)

/** Denies what every tenth workload would take from all but its neighbour. */
const policy = (i: number): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p${i}}\nspec: {podSelector: {matchLabels: {app: d${i}}}, ingress: [{from: [{podSelector: {matchLabels: {app: d${i + 1}}}}]}]}\n`

export const matrixLab = (policies: boolean): string =>
  [
    ...count(NODES).map(node),
    ...count(SERVICES).map(deployment),
    ...count(SERVICES).map(service),
    ...(policies ? count(SERVICES / 10).map((i) => policy(i * 10)) : []),
  ].join('---\n')

const CASES = [
  { cni: 'flannel', proxy: 'iptables', policies: false },
  { cni: 'flannel', proxy: 'ipvs', policies: false },
  { cni: 'flannel', proxy: 'nftables', policies: false },
  { cni: 'calico', proxy: 'iptables', policies: true },
  { cni: 'cilium', proxy: 'iptables', policies: true },
] as const

/** Every Pod asks every Service: 10,000 walks in one world. Aim: under 2 s. */
export function matrix(): string {
  const rows = CASES.map(({ cni, proxy, policies }) => {
    const files = [{ name: 'matrix.yaml', text: matrixLab(policies) }]
    const world: World = build(files, { cni, proxy, wants: { everything: false, dns: false } })
    const { ms: took, result } = once(() => {
      const running = matrixOf(world, { to: 'services' }, 1)
      let next = running.next()
      while (!next.done) next = running.next()
      return next.value
    })
    const walks = result.sources.length * result.targets.length
    const ok = result.cells.flat().filter((kind) => kind === 'ok').length
    return [`${cni}, ${proxy}${policies ? ', policies' : ''}`, `${walks}`, `${ok}`, ms(took), (took / walks).toFixed(3)]
  })
  return table(['matrix, 200 Pods x 50 Services', 'walks', 'ok', 'ms', 'ms a walk'], rows)
}
