import { expect, test } from 'playwright/test'
import { drop, inspector, lab, open, outcome, quiet, watch } from './visitor.ts'

const node = (name: string, n: number): string =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\nspec: {podCIDR: 10.244.${n}.0/24}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.1${n}}]}\n`
const pod = (name: string, on: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: ${name}}}\nspec: {nodeName: ${on}, containers: [{name: main, image: nginx}]}\n`

/** kube-proxy of node-1 is stopped, and a Service comes. */
const text = (calls: string): string =>
  [
    node('node-1', 1),
    node('node-2', 2),
    pod('client', 'node-1'),
    pod('web', 'node-2'),
    `apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: past}
spec:
  timeline:
  - {kubeProxy: stop, nodes: [node-1]}
  - apply:
      apiVersion: v1
      kind: Service
      metadata: {name: late}
      spec: {clusterIP: 10.96.0.81, selector: {app: web}, ports: [{port: 80}]}
${calls}  probes:
  - {from: default/client, to: "http://10.96.0.81/"}
`,
  ].join('---\n')

test('a lab with a past: stale rules on one node, and the log of its kube-proxy among the tools @heavy', async ({ page }) => {
  const { complaints, strangers } = watch(page)
  await open(page, { hash: lab('clusterip-same-node') })
  await drop(page, [{ name: 'past.yaml', text: text('') }])
  await quiet(page)
  await expect(outcome(page)).toHaveText('timed out')
  await drop(page, [{ name: 'past.yaml', text: text('  - {kubeProxy: start}\n') }])
  await quiet(page)
  await expect(outcome(page)).toHaveText('200 OK')
  await page.getByRole('tab', { name: 'Node' }).click()
  await page.locator('.picker select').selectOption('node-1')
  const log = inspector(page).locator('.node-part', { hasText: 'What kube-proxy printed' })
  await log.locator('summary').click()
  await quiet(page)
  await expect(log).toContainText('server_linux.go:165] "Using iptables Proxier"')
  await expect(log.locator('summary code')).toHaveText('kubectl logs -n kube-system ds/kube-proxy')
  expect(complaints).toEqual([])
  expect(strangers).toEqual([])
})
