import { expect, test } from 'playwright/test'
import { drop, open, outcome, quiet } from './visitor.ts'

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
  await page.keyboard.press('ControlOrMeta+K')
  await page.keyboard.type('who reaches')
  await page.keyboard.press('Enter')
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
