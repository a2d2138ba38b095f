// biome-ignore-all lint/suspicious/noTemplateCurlyInString: snippets have places to fill in
import type { CompletionItem } from './item.ts'
import { knownKinds } from './kinds.ts'
import type { KubernetesSchema } from './kubernetes.ts'

const meta = (name: string): string => `metadata:\n  name: \${1:${name}}\n`
const pod = (pad: string): string =>
  [`containers:`, `  - name: \${1:web}`, `    image: \${2:nginx:1.27}`, `    ports:`, `      - containerPort: \${3:80}`]
    .map((line) => `${pad}${line}\n`)
    .join('')
const workload = (kind: string, more = ''): string =>
  `apiVersion: apps/v1\nkind: ${kind}\n${meta('web')}spec:\n${more}  selector:\n    matchLabels:\n      app: \${1:web}\n  template:\n    metadata:\n      labels:\n        app: \${1:web}\n    spec:\n${pod('      ')}`
const service = (more: string, ports = '  ports:\n    - port: ${2:80}\n      targetPort: ${3:80}\n'): string =>
  `apiVersion: v1\nkind: Service\n${meta('web')}spec:\n${more}  selector:\n    app: \${1:web}\n${ports}`

/** Whole objects to begin with: label, kind, text. Short, and each reads without a problem (a test). */
export const SNIPPETS: readonly (readonly [label: string, kind: string, text: string])[] = [
  ['Service', 'Service', service('')],
  ['Deployment', 'Deployment', workload('Deployment', '  replicas: ${4:2}\n')],
  ['Pod', 'Pod', `apiVersion: v1\nkind: Pod\n${meta('web')}  labels:\n    app: \${1:web}\nspec:\n${pod('  ')}`],
  [
    'Service (NodePort)',
    'Service',
    service('  type: NodePort\n', '  ports:\n    - port: ${2:80}\n      targetPort: ${3:80}\n      nodePort: ${4:30080}\n'),
  ],
  ['Service (headless)', 'Service', service('  clusterIP: None\n')],
  ['Service (LoadBalancer)', 'Service', service('  type: LoadBalancer\n')],
  [
    'Service (ExternalName)',
    'Service',
    `apiVersion: v1\nkind: Service\n${meta('db')}spec:\n  type: ExternalName\n  externalName: \${2:db.example.com}\n`,
  ],
  [
    'Service without selector + EndpointSlice',
    'EndpointSlice',
    `apiVersion: v1\nkind: Service\n${meta('outside')}spec:\n  ports:\n    - port: \${2:80}\n---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata:\n  name: \${1:outside}-1\n  labels:\n    kubernetes.io/service-name: \${1:outside}\naddressType: IPv4\nports:\n  - port: \${3:80}\nendpoints:\n  - addresses:\n      - \${4:192.0.2.10}\n`,
  ],
  ['StatefulSet', 'StatefulSet', workload('StatefulSet', '  serviceName: ${1:web}\n  replicas: ${4:2}\n')],
  ['DaemonSet', 'DaemonSet', workload('DaemonSet')],
  ['ConfigMap', 'ConfigMap', `apiVersion: v1\nkind: ConfigMap\n${meta('settings')}data:\n  \${2:key}: \${3:value}\n`],
  [
    'NetworkPolicy',
    'NetworkPolicy',
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n${meta('web')}spec:\n  podSelector:\n    matchLabels:\n      app: \${1:web}\n  policyTypes:\n    - Ingress\n  ingress:\n    - from:\n        - podSelector:\n            matchLabels:\n              app: \${2:client}\n      ports:\n        - port: \${3:80}\n`,
  ],
  [
    'Lab with a load balancer',
    'Lab',
    'apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata:\n  name: ${1:balancer}\nspec:\n  loadBalancers:\n    - name: ${2:cloud}\n      kind: ${3:passthrough}\n',
  ],
  [
    'Gateway + GatewayClass',
    'Gateway',
    'apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata:\n  name: ${1:example}\nspec:\n  controllerName: ${2:example.com/gateway}\n---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata:\n  name: ${3:front}\nspec:\n  gatewayClassName: ${1:example}\n  listeners:\n    - name: http\n      port: ${4:80}\n      protocol: HTTP\n',
  ],
  [
    'HTTPRoute',
    'HTTPRoute',
    `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n${meta('web')}spec:\n  parentRefs:\n    - name: \${2:front}\n  hostnames:\n    - \${3:web.example.com}\n  rules:\n    - matches:\n        - path:\n            type: PathPrefix\n            value: \${4:/}\n      backendRefs:\n        - name: \${5:web}\n          port: \${6:80}\n`,
  ],
  ['Namespace', 'Namespace', `apiVersion: v1\nkind: Namespace\n${meta('shop')}`],
  [
    'Node',
    'Node',
    `apiVersion: v1\nkind: Node\n${meta('node-1')}status:\n  addresses:\n    - type: InternalIP\n      address: \${2:192.168.0.11}\n`,
  ],
  [
    'Lab',
    'Lab',
    'apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nspec:\n  nodes:\n    - name: ${1:node-1}\n  probes:\n    - from: ${2:node/node-1}\n      to: ${3:http://web/}\n',
  ],
  [
    'KubeProxyConfiguration',
    'KubeProxyConfiguration',
    'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ${1:iptables}\n',
  ],
]

/** For an empty document: our own beginnings, then the bare frame of every other kind. */
export function documentItems(schema: KubernetesSchema | undefined): readonly CompletionItem[] {
  const ours = SNIPPETS.map(([label, kind, insert]): CompletionItem => ({ label, insert, is: 'document', of: kind, used: true }))
  const begun = new Set(SNIPPETS.map(([, kind]) => kind))
  const frames = knownKinds(schema)
    .filter((k) => !begun.has(k.kind) && !k.used)
    .map(
      (k): CompletionItem => ({
        label: k.kind,
        insert: `apiVersion: ${k.apiVersion}\nkind: ${k.kind}\nmetadata:\n  name: \${1:name}\n$0`,
        is: 'document',
        of: k.apiVersion,
        ...(k.newer ? { newer: true } : {}),
      }),
    )
  return [...ours, ...frames]
}
