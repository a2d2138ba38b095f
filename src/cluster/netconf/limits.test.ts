import { expect, test } from 'vitest'
import { build } from '../../explain.ts'

const IN = 'kubernetes.io/ingress-bandwidth'
const pods = (spec = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations:
        note: hello
        ${IN}: 10M
    spec: {${spec}containers: [{name: web, image: nginx}]}
`
const list = (...plugins: readonly object[]): string =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: net}\ndata:\n  10-net.conflist: '${JSON.stringify({ cniVersion: '1.0.0', name: 'net', plugins: [{ type: 'bridge', isDefaultGateway: true, ipam: { type: 'host-local' } }, ...plugins] })}'\n`
const cilium = `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config, namespace: kube-system}\ndata: {enable-bandwidth-manager: "true"}\n`
const told = (text: string, cni?: string) =>
  build([{ name: 'lab.yaml', text }], { wants: { everything: false, dns: false }, ...(cni === undefined ? {} : { cni }) }).problems.flatMap(
    ({ code, params, where }) => (code.startsWith('bandwidth') ? [[code, params, `${where?.file}:${where?.line}:${where?.column}`]] : []),
  )

test.each([
  ['flannel', pods(), undefined, ['bandwidth-ignored', { annotation: IN, where: 'flannel' }]],
  [
    'its plugin',
    pods() + list({ type: 'bandwidth', capabilities: { bandwidth: true } }),
    undefined,
    ['bandwidth-unmodelled', { annotation: IN, by: 'bandwidth' }],
  ],
  ['without its capability', pods() + list({ type: 'bandwidth' }), undefined, ['bandwidth-ignored', { annotation: IN, where: 'bridge' }]],
  ['Calico', pods(), 'calico', ['bandwidth-unmodelled', { annotation: IN, by: 'Calico' }]],
  ['on the host', pods('hostNetwork: true, '), 'canal', ['bandwidth-ignored', { annotation: IN, where: 'hostNetwork' }]],
  ['Cilium', pods(), 'cilium', ['bandwidth-ignored', { annotation: IN, where: 'cilium' }]],
  ["Cilium's manager", pods() + cilium, undefined, ['bandwidth-unmodelled', { annotation: IN, by: 'Cilium' }]],
] as const)('a limit of bandwidth is told once, where it stands: %s', (_, text, cni, said) => {
  expect(told(text, cni)).toEqual([[...said, 'lab.yaml:12:42']])
})

test('no annotation, no word', () => expect(told(pods().replace(/ +kubernetes.io.*\n/, ''))).toEqual([]))
