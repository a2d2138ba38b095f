import { expect, test } from 'vitest'
import { newDesk } from '../desk.ts'
import { answer } from '../main.ts'

const node = (n: number): string =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: node${n}}\nspec: {podCIDR: 10.0.${n}.0/24}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.1${n}}]}\n---\n`
const lab = `${node(1)}${node(2)}apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {nodeName: node2, containers: [{name: web, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
---
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: lab}
spec: {hosts: [{name: out, addresses: [203.0.113.10]}]}
`
const probed = (cni: string, ...more: readonly string[]): string =>
  answer(
    [
      'probe',
      '-',
      '--cni',
      cni,
      ...(cni === 'cilium' ? ['--proxy', 'none'] : []),
      '--from',
      'host/out',
      '--to',
      'tcp://192.168.10.11:30080',
      ...more,
    ],
    newDesk(() => new TextEncoder().encode(lab)),
  ).stdout

const SAID = 'What Cilium does here was read from its source and never run against a kernel; a real node may do otherwise'

test('what a program rewrites is undone by a program, and the walk says once that nobody has run these programs', () => {
  const text = probed('cilium')
  expect(text).toContain('(by eBPF)')
  expect(text).toContain('(undone by eBPF)')
  expect(text).not.toContain('undone by conntrack')
  expect(text.split(SAID)).toHaveLength(2)
  expect(probed('cilium', '--odds')).toContain(SAID)
  expect(probed('cilium', '--lang', 'zh-CN')).toContain('这里 Cilium 的行为照源码写成，从未在内核上运行过')
  expect(probed('cilium', '--json')).not.toContain(SAID)
  expect(probed('flannel')).not.toContain('read from its source')
})
