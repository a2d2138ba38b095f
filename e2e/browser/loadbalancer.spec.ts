import { expect, test } from 'playwright/test'
import { axe, drop, lab, open, outcome, quiet, watch } from './visitor.ts'

const text = `apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: balancer}
spec:
  loadBalancers: [{name: cloud}]
  hosts: [{name: laptop, addresses: [198.51.100.7]}]
  probes: [{from: host/laptop, to: "http://203.0.113.10/"}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {nodeName: node-2, containers: [{name: nginx, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 32500, selector: {app: web}, ports: [{port: 80}]}
`

test('a load balancer: it stands outside, its health table says why a node gets nothing, and a check can be walked @heavy', async ({
  page,
}) => {
  const { complaints, strangers } = watch(page)
  await open(page, { hash: lab('nodeport') })
  await drop(page, [{ name: 'balancer.yaml', text }])
  await quiet(page)
  await expect(outcome(page)).toHaveText('200 OK')
  await page.getByRole('tab', { name: 'Node' }).click()
  await page.getByRole('combobox', { name: 'Machine' }).selectOption('host/cloud')
  const rows = page.locator('.health li')
  await expect(rows).toHaveText([/node-1 gets none.*HTTP 503.*"localEndpoints": 0/s, /node-2 gets traffic.*HTTP 200/s, /node-3 gets none/s])
  expect((await axe(page).include('.health').analyze()).violations).toEqual([])
  await rows.first().getByRole('button', { name: 'Walk this check' }).click()
  await quiet(page)
  await expect(outcome(page)).toHaveText('503 HTTP error')
  expect(complaints).toEqual([])
  expect(strangers).toEqual([])
})
