import { readFileSync } from 'node:fs'
import { expect, type Page, test } from 'playwright/test'
import { drop, lab, open, openText, outcome, quiet, replaceInEditor, toFirstRewrite } from './visitor.ts'

const share = async (page: Page) => {
  await page.getByRole('button', { name: 'Share' }).click()
  const dialog = page.getByRole('dialog', { name: 'Share this step' })
  await expect(dialog).toBeVisible()
  return dialog
}

const web = `apiVersion: v1
kind: Pod
metadata: {name: caller}
spec: {containers: [{name: c, image: curlimages/curl}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`

test('the link, its length and what it holds are said before it is copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await open(page, { hash: lab('nodeport', '&step=0') })
  const dialog = await share(page)
  const link = await dialog.getByLabel('Link').inputValue()
  expect(link).toMatch(/#v=1&lab=nodeport&step=0&lang=en$/)
  await expect(dialog).toContainText(`${link.length} characters.`)
  await expect(dialog).toContainText('the lab “NodePort from outside” of the gallery, by its name')
  await dialog.getByRole('button', { name: 'Copy link' }).click()
  await expect(dialog.getByText('Copied.')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link)
})

test('a story is saved, and dropped on a fresh page it opens the same lab, question and outcome', async ({ page, browser }) => {
  await open(page, { hash: lab('clusterip-same-node') })
  await replaceInEditor(page, (text) => text.replace('targetPort: 8080', 'targetPort: 4321'))
  await expect(outcome(page)).toHaveText('refused')
  const text = await openText(page)
  await page.getByRole('button', { name: 'Report this' }).click()
  const dialog = page.getByRole('dialog', { name: 'Share this step' })
  await expect(dialog.getByRole('heading', { name: 'Report this' })).toBeVisible()
  await dialog.getByLabel('Name').fill('wrong port')
  await expect(dialog.locator('pre')).toContainText('name: wrong-port')
  const download = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Save as file' }).click()
  const file = await download
  expect(file.suggestedFilename()).toBe('wrong-port.story.yaml')
  const story = readFileSync(await file.path(), 'utf8')
  expect(story).toContain('outcome: refused')
  expect(story).toMatch(/packetwalk: "?\d+\.\d+\.\d+/)

  const fresh = await browser.newContext()
  const other = await fresh.newPage()
  await open(other, { hash: lab('nodeport') })
  await drop(other, [{ name: 'wrong-port.story.yaml', text: story }])
  await expect(other.getByText('The story’s lab and question are open.')).toBeVisible()
  await quiet(other)
  await expect(outcome(other)).toHaveText('refused')
  expect(await openText(other)).toBe(text)
  await fresh.close()
})

test('the lab as a script for a Linux machine: shown, and kept as a file', async ({ page }) => {
  await open(page, { hash: lab('nodeport') })
  await (await share(page)).getByRole('button', { name: 'Rebuild on Linux…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Rebuild this lab on a Linux machine' })
  await expect(dialog.locator('pre')).toContainText('# NodePort from outside as network namespaces')
  const download = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Save as file' }).click()
  const file = await download
  expect(file.suggestedFilename()).toBe('nodeport.sh')
  const script = readFileSync(await file.path(), 'utf8')
  expect(script).toMatch(/^#!\/bin\/sh\n/)
  expect(script).toMatch(/-A KUBE-NODEPORTS .*--dport 31080/)
  expect(script).toContain('curl -sS -m 5 http://192.168.10.11:31080/')
})

test('dropped files become a lab of their own; undo brings the one before back', async ({ page }) => {
  await open(page, { hash: lab('nodeport') })
  const before = await openText(page)
  await drop(page, [
    { name: 'my web.yaml', text: web },
    { name: 'more.yml', text: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n' },
  ])
  await expect(page.getByText('2 files opened as a lab of your own.')).toBeVisible()
  await quiet(page)
  await expect(page.getByRole('tab', { name: 'my-web.yaml' })).toBeVisible()
  await page.getByLabel('From', { exact: true }).fill('default/caller')
  await page.getByLabel('To', { exact: true }).fill('http://web/')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(outcome(page)).toHaveText('200 OK')
  await page.locator('.notices').getByRole('button', { name: 'Undo' }).click()
  await quiet(page)
  expect(await openText(page)).toBe(before)
  await page.locator('.notices').getByRole('button', { name: 'Redo' }).click()
  await quiet(page)
  await expect(page.getByRole('tab', { name: 'my-web.yaml' })).toBeVisible()
})

test('a dropped file can join the lab that was open', async ({ page }) => {
  await open(page, { hash: lab('nodeport') })
  await drop(page, [{ name: 'manifests.yaml', text: web }])
  await page.getByRole('button', { name: 'Add to the lab before instead' }).click()
  await quiet(page)
  await expect(page.getByRole('tab', { name: 'manifests.yaml', exact: true })).toBeVisible()
  await expect(page.getByRole('tab', { name: 'manifests-2.yaml' })).toBeVisible()
})

test('manifests pasted where nothing wants text become a lab; prose does not', async ({ page }) => {
  await open(page, { hash: lab('nodeport') })
  const paste = (text: string) =>
    page.evaluate((pasted) => {
      const data = new DataTransfer()
      data.setData('text/plain', pasted)
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    }, text)
  await paste('hello there')
  await expect(page.getByText('There is no Kubernetes manifest in pasted.yaml.')).toBeVisible()
  await paste(web)
  await expect(page.getByText('1 file opened as a lab of your own.')).toBeVisible()
  await expect(page.getByRole('tab', { name: 'pasted.yaml' })).toBeVisible()
})

for (const [what, file, says] of [
  ['a picture', { name: 'photo.png', text: 'x' }, 'neither manifests (.yaml, .yml, .json) nor what a tool on a node prints'],
  ['bytes under a YAML name', { name: 'a.yaml', text: 'kind: \u0000' }, 'is not text, so it was left alone'],
  ['80 MB', { name: 'huge.yaml', text: '', size: 80_000_000 }, 'too much text (80 MB)'],
] as const) {
  test(`${what}: said in plain words, and nothing is lost`, async ({ page }) => {
    await open(page, { hash: lab('nodeport') })
    const before = await openText(page)
    await drop(page, [file])
    await expect(page.getByText(says)).toBeVisible()
    expect(await openText(page)).toBe(before)
    await expect(outcome(page)).toHaveText('200 OK')
  })
}

test('a lab of one’s own: kept, listed, found after a reload, renamed, deleted, brought back @heavy', async ({ page }) => {
  await open(page, { hash: lab('clusterip-same-node') })
  await replaceInEditor(page, (text) => text.replace('targetPort: 8080', 'targetPort: 4321'))
  await page.getByRole('button', { name: /^Labs:/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Labs' })
  await dialog.getByLabel('Name').fill('<b>mine</b>')
  await dialog.getByRole('button', { name: 'Keep' }).click()
  await expect(page.getByText('“<b>mine</b>” is kept in this browser.')).toBeVisible()
  const picker = page.getByRole('combobox', { name: 'Lab', exact: true })
  await expect(picker).toHaveValue('~<b>mine</b>')
  await picker.selectOption('nodeport')
  await quiet(page)
  await page.goto('about:blank')
  await open(page)
  await picker.selectOption('~<b>mine</b>')
  await quiet(page)
  await expect(outcome(page)).toHaveText('refused')

  await page.getByRole('button', { name: /^Labs:/ }).click()
  await dialog.getByRole('button', { name: 'Rename' }).click()
  await dialog.getByLabel('New name of <b>mine</b>').fill('wrong port')
  await page.keyboard.press('Enter')
  await expect(picker).toHaveValue('~wrong port')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(dialog.getByText('“wrong port” deleted.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Undo' }).click()
  await expect(dialog.getByText('wrong port', { exact: true })).toBeVisible()
  await page.keyboard.press('Escape')
  await quiet(page)
  await expect(outcome(page)).toHaveText('refused')
})

test('opening another lab over an edited one offers the way back', async ({ page }) => {
  await open(page, { hash: lab('clusterip-same-node') })
  await replaceInEditor(page, (text) => text.replace('targetPort: 8080', 'targetPort: 4321'))
  await page.getByRole('button', { name: 'Reset' }).click()
  await quiet(page)
  await expect(outcome(page)).toHaveText('200 OK')
  await page.locator('.notices').getByRole('button', { name: 'Undo' }).click()
  await quiet(page)
  await expect(outcome(page)).toHaveText('refused')
  await page.getByRole('combobox', { name: 'Lab', exact: true }).selectOption('nodeport')
  await page.locator('.notices').getByRole('button', { name: 'Undo' }).click()
  await quiet(page)
  await expect(outcome(page)).toHaveText('refused')
})

test('"take another" and its die are said in the share dialog', async ({ page }) => {
  await open(page, { hash: lab('minikube-three-nginx', '&step=0&seed=7') })
  await toFirstRewrite(page)
  await expect(await share(page)).toContainText('the dice: seed 7, 0 laid by hand')
})
