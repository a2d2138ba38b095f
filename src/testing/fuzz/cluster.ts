import { mix } from '../../trace/luck.ts'

/** What a case is made of; a smaller recipe gives a smaller lab. All numbers are drawn, all texts follow from them. */
export interface Recipe {
  readonly nodes: number
  readonly services: readonly ServiceRecipe[]
  readonly brNetfilter: boolean
  readonly hairpin: boolean
  readonly from: string
  readonly to: { readonly service: number; readonly by: 'cluster-ip' | 'node-port' | 'external-ip' | 'pod' | 'ping'; readonly node: number }
}

export interface ServiceRecipe {
  readonly type: 'ClusterIP' | 'NodePort'
  /** Node of each endpoint. */
  readonly endpoints: readonly number[]
  readonly udp: boolean
  readonly affinity: boolean
  readonly externalLocal: boolean
  readonly internalLocal: boolean
  readonly hostNetwork: boolean
  readonly silent: boolean
  readonly externalIp: boolean
}

/** Draws by name, so that a change of one part leaves the others as they are. */
const drawer = (seed: number) => {
  const number = (name: string, below: number): number => mix(seed, name) % below
  return { number, yes: (name: string, inTen: number): boolean => number(name, 10) < inTen }
}

export function recipeOf(seed: number): Recipe {
  const { number, yes } = drawer(seed)
  const nodes = 1 + number('nodes', 3)
  const services = Array.from({ length: 1 + number('services', 2) }, (_, i): ServiceRecipe => {
    const type = yes(`type ${i}`, 5) ? 'NodePort' : 'ClusterIP'
    const count = [0, 1, 1, 2, 3][number(`endpoints ${i}`, 5)] ?? 1
    return {
      type,
      endpoints: Array.from({ length: count }, (_e, e) => 1 + number(`endpoint ${i} ${e}`, nodes)),
      udp: yes(`udp ${i}`, 2),
      affinity: yes(`affinity ${i}`, 1),
      externalLocal: type === 'NodePort' && yes(`etp ${i}`, 3),
      internalLocal: yes(`itp ${i}`, 2),
      hostNetwork: yes(`host ${i}`, 1),
      silent: yes(`silent ${i}`, 1),
      externalIp: yes(`external ${i}`, 2),
    }
  })
  const service = number('target', services.length)
  const ways = [
    'cluster-ip',
    'cluster-ip',
    'ping',
    'pod',
    ...(services[service]?.type === 'NodePort' ? (['node-port', 'node-port', 'node-port'] as const) : []),
    ...(services[service]?.externalIp ? (['external-ip'] as const) : []),
  ] as const
  const sources = [
    'default/client',
    'default/client',
    'default/client',
    'node/node-1',
    `node/node-${nodes}`,
    'host/client',
    ...(services[service]?.endpoints.length ? ['itself'] : []),
  ]
  return {
    nodes,
    services,
    brNetfilter: !yes('brnf', 1),
    hairpin: true,
    from: sources[number('from', sources.length)] ?? 'default/client',
    to: { service, by: ways[number('by', ways.length)] ?? 'cluster-ip', node: 1 + number('node', nodes) },
  }
}

const EXTERNAL = '203.0.113.10'
const podIp = (service: number, e: number, node: number): string => `10.244.${node}.${20 + service * 10 + e}`
const clusterIp = (service: number): string => `10.96.20.${10 + service}`

function serviceYaml(s: ServiceRecipe, i: number): string {
  const protocol = s.udp ? 'UDP' : 'TCP'
  const pods = s.endpoints.map((node, e) => {
    const ports = s.silent ? '' : `, ports: [{containerPort: ${8080 + i}, protocol: ${protocol}}]`
    const address = s.hostNetwork ? 'hostNetwork: true, ' : ''
    const status = s.hostNetwork ? '' : `\nstatus: {podIP: ${podIp(i, e, node)}}`
    return `apiVersion: v1\nkind: Pod\nmetadata: {name: s${i}-${e}, labels: {app: s${i}}}\nspec: {nodeName: node-${node}, ${address}containers: [{name: c, image: example/server${ports}}]}${status}`
  })
  const fields = [
    `type: ${s.type}`,
    `clusterIP: ${clusterIp(i)}`,
    `selector: {app: s${i}}`,
    `ports: [{port: 80, targetPort: ${8080 + i}, protocol: ${protocol}${s.type === 'NodePort' ? `, nodePort: ${30080 + i}` : ''}}]`,
    ...(s.affinity ? ['sessionAffinity: ClientIP'] : []),
    ...(s.externalLocal ? ['externalTrafficPolicy: Local'] : []),
    ...(s.internalLocal ? ['internalTrafficPolicy: Local'] : []),
    ...(s.externalIp ? [`externalIPs: [${EXTERNAL}]`] : []),
  ]
  return [`apiVersion: v1\nkind: Service\nmetadata: {name: s${i}}\nspec: {${fields.join(', ')}}`, ...pods].join('\n---\n')
}

/** The lab as a user would write it, and the probe. */
export function labOf(recipe: Recipe): { readonly text: string; readonly from: string; readonly to: string } {
  const nodes = Array.from({ length: recipe.nodes }, (_, i) => i + 1)
  const { service, by, node } = recipe.to
  const target = recipe.services[service]
  const external = recipe.services.some((s) => s.externalIp)
  const lab = [
    `nodes: [${nodes.map((n) => `{name: node-${n}, sysctls: {net.bridge.bridge-nf-call-iptables: ${recipe.brNetfilter ? 1 : 0}}}`).join(', ')}]`,
    // the external address is routed to one node by the machine that asks
    `hosts: [{name: client, addresses: [192.168.56.100]${external ? ', gateway: 192.168.56.11' : ''}}]`,
  ]
  const text = [
    ...nodes.map(
      (n) =>
        `apiVersion: v1\nkind: Node\nmetadata: {name: node-${n}}\nspec: {podCIDR: 10.244.${n}.0/24}\nstatus: {addresses: [{type: InternalIP, address: 192.168.56.1${n}}]}`,
    ),
    'apiVersion: v1\nkind: Pod\nmetadata: {name: client}\nspec: {nodeName: node-1, containers: [{name: c, image: busybox}]}\nstatus: {podIP: 10.244.1.2}',
    ...recipe.services.map(serviceYaml),
    `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: {name: fuzz}\nspec: {${lab.join(', ')}}`,
  ].join('\n---\n')
  const scheme = target?.udp ? 'udp' : 'tcp'
  const first = target?.endpoints[0] ?? 1
  const address = target?.hostNetwork ? `192.168.56.1${first}` : podIp(service, 0, first)
  const to = {
    'cluster-ip': `${scheme}://${clusterIp(service)}:80`,
    ping: `icmp://${clusterIp(service)}`,
    pod: target && target.endpoints.length > 0 ? `${scheme}://${address}:${8080 + service}` : `${scheme}://10.244.1.99:80`,
    'node-port': `${scheme}://192.168.56.1${node}:${30080 + service}`,
    'external-ip': `${scheme}://${EXTERNAL}:80`,
  }[by]
  return { text: `${text}\n`, from: recipe.from === 'itself' ? `default/s${service}-0` : recipe.from, to }
}
