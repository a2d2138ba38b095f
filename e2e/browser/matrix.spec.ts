import { expect, test } from 'playwright/test'
import { command, drop, open, outcome, quiet } from './visitor.ts'

const pod = (name: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: ${name}}}\nspec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}\n---\n`
const LAB = `apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: lab}
spec: {cni: calico, probes: [{from: default/api, to: "tcp://web:80"}]}
---
${pod('web')}${pod('api')}${pod('db')}apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only-api}
spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}}]}]}
`

test('who reaches whom: a red cell walks it on stage and names the rule', async ({ page }) => {
  await open(page)
  await drop(page, [{ name: 'lab.yaml', text: LAB }])
  await quiet(page)
  await command(page, 'who reaches')
  const dialog = page.getByRole('dialog', { name: 'Who reaches whom' })
  await expect(dialog.getByRole('button', { name: 'default/api to default/db: answered' })).toBeVisible()
  const red = dialog.getByRole('button', { name: 'default/web to default/db: timed out' })
  await red.click()
  await expect(dialog).toBeHidden()
  await quiet(page)
  await expect(outcome(page)).toHaveText('timed out')
  await expect(page.getByText('End of tier default').first()).toBeVisible()
  // the address keeps that only the connection was asked for
  await expect.poll(() => page.url()).toContain('open=1')
  const said = (await page.locator('.result').textContent()) ?? ''
  await page.reload()
  await quiet(page)
  await expect(page.locator('.result')).toHaveText(said)
})

test('rows are shown as they are done, and stay when it is stopped @heavy', async ({ page }) => {
  const workloads = Array.from(
    { length: 90 },
    (_, i) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d${i}}\nspec: {replicas: 3, selector: {matchLabels: {app: d${i}}}, template: {metadata: {labels: {app: d${i}}}, spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}}}\n---\n`,
  )
  await open(page)
  await drop(page, [{ name: 'lab.yaml', text: `${workloads.join('')}${pod('zz')}` }])
  await quiet(page)
  await command(page, 'who reaches')
  const dialog = page.getByRole('dialog', { name: 'Who reaches whom' })
  const far = dialog.getByRole('status')
  await expect(dialog.locator('tbody td button').first()).toBeVisible({ timeout: 15_000 })
  await expect(far).toContainText('of 75075 walks')
  await dialog.getByRole('button', { name: 'Stop' }).click()
  await expect(far).toBeHidden()
  const done = await dialog.getByText(/ of \d+ connect\./).textContent()
  expect(Number(done?.match(/of (\d+)/)?.[1])).toBeLessThan(75075)
  // nothing goes on behind it, and it can be asked again
  await page.waitForTimeout(500)
  await expect(dialog.getByText(/ of \d+ connect\./)).toHaveText(done ?? '')
  await dialog.getByRole('button', { name: 'Walk them all' }).click()
  await expect(far).toContainText('of 75075 walks')
})
