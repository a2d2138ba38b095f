import { expect, test } from 'playwright/test'
import { axe, command, drop, lab, open, quiet } from './visitor.ts'

const LAB = `apiVersion: v1
kind: Node
metadata: {name: node1}
spec: {podCIDR: 10.244.7.0/30}
status: {addresses: [{type: InternalIP, address: 192.168.10.11}]}
---
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {nodeName: node1, containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b}
spec: {nodeName: node1, containers: [{name: c, image: nginx}]}
---
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: lab}
spec: {cni: flannel, probes: [{from: node/node1, to: "tcp://10.244.7.2:80"}]}
`

test('how a Pod gets its network: the step that fails is shown first, then another Pod, step by step, and back', async ({ page }) => {
  await open(page)
  await drop(page, [{ name: 'lab.yaml', text: LAB }])
  await quiet(page)
  await command(page, 'how a pod gets')
  const dialog = page.getByRole('dialog', { name: 'How a Pod gets its network' })
  await expect(dialog.getByText('no IP addresses available in range set: 10.244.7.1-10.244.7.2').first()).toBeVisible()
  await expect(dialog.getByRole('listitem').locator('[aria-current="step"]')).toContainText('No address')
  await dialog.getByRole('combobox').selectOption('default/a')
  await dialog.getByRole('button', { name: /eth0 gets 10\.244\.7\.2/ }).click()
  await expect(dialog.getByText('ip addr add 10.244.7.2/30 dev eth0')).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await expect(dialog.getByText('ip route add default via 10.244.7.1 dev eth0')).toBeVisible()
  await dialog.getByRole('button', { name: 'DEL', exact: true }).click()
  await expect(dialog.getByRole('button', { name: /StopPodSandbox/ })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})

test('the lab of a birth opens with it, and the note of the lab leads to the Pod that fails @heavy', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  await open(page, { hash: lab('cni-add') })
  const dialog = page.getByRole('dialog', { name: 'How a Pod gets its network' })
  await expect(dialog.getByRole('combobox')).toHaveValue('default/newborn')
  await page.keyboard.press('End')
  await expect(dialog.locator('.cni-wiring')).toHaveAttribute('data-joined', 'true')
  expect((await axe(page).include('.cni-sheet').analyze()).violations.map((one) => one.id)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  const note = page.locator('.lab-note')
  await expect(note).toContainText('the kubelet never runs a plugin')
  await note.getByRole('button', { name: 'How latecomer gets its network' }).click()
  await expect(dialog.getByText('Event on the Pod: FailedCreatePodSandBox')).toBeVisible()
  await page.keyboard.press('Escape')
  // the address holds a step now: a reload does not open it again
  await expect.poll(() => page.url()).toContain('step=')
  await page.reload()
  await quiet(page)
  await expect(dialog).toBeHidden()
})
