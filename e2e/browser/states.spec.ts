import { expect, test } from 'playwright/test'
import { command, lab, open, openText, outcome, quiet, replaceInEditor } from './visitor.ts'

test('before the engine answers: the shell and two empty nodes', async ({ page }) => {
  let go = (): void => {}
  const held = new Promise<void>((done) => {
    go = done
  })
  await page.route(/worker-[\w-]+\.js/, async (route) => {
    await held
    await route.continue()
  })
  await page.goto(`./?still#${lab('nodeport')}`)
  await expect(page.getByText('Building the cluster…')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Share' })).toBeVisible()
  await expect(outcome(page)).toHaveCount(0)
  go()
  await quiet(page)
  await expect(outcome(page)).toHaveText('200 OK')
})

test('an empty text: what could be done, and a way to a lab', async ({ page }) => {
  await open(page, { hash: lab('nodeport') })
  for (const name of ['lab.yaml', 'cluster.yaml', 'manifests.yaml']) {
    await page.getByRole('tab', { name, exact: true }).click()
    await replaceInEditor(page, () => ' ')
  }
  await expect(page.getByRole('heading', { name: 'An empty lab' })).toBeVisible()
  await page.getByRole('button', { name: 'Open the default lab' }).click()
  await quiet(page)
  await expect(outcome(page)).toHaveText('200 OK')
  await page.locator('.notices').getByRole('button', { name: 'Undo' }).click()
  await quiet(page)
  await expect(page.getByRole('heading', { name: 'An empty lab' })).toBeVisible()
})

test('a link whose text has errors: the errors, their lines, and no stage', async ({ page }) => {
  await open(page, { hash: lab('nodeport') })
  await replaceInEditor(page, (text) => text.replace('kind: Service', 'kind: [Service'))
  await expect(page).toHaveURL(/&z=/)
  await page.reload()
  await quiet(page)
  await expect(page.getByRole('heading', { name: 'Nothing to walk through yet' })).toBeVisible()
  await page.locator('.broken li button').first().click()
  await expect(page.getByRole('tab', { name: 'manifests.yaml' })).toHaveAttribute('aria-selected', 'true')
  await page.getByRole('button', { name: 'Back to the start of this lab' }).click()
  await quiet(page)
  await expect(outcome(page)).toHaveText('200 OK')
})

test('long work is said and can be cancelled; what was there stays', async ({ page }) => {
  await open(page, { hash: lab('clusterip-cross-node') })
  await replaceInEditor(page, (text) => text)
  await page.getByRole('tab', { name: 'lab.yaml' }).click()
  // Many Services, each with its rules, and a question that reads them all.
  await page.evaluate(() => navigator.clipboard.writeText(''))
  const big = (text: string) => `${text}  generate:\n    - services: 50000\n      endpoints: 20\n`
  await page.locator('.monaco-editor').getByRole('textbox').first().focus()
  const text = await openText(page)
  await page.keyboard.press('ControlOrMeta+A')
  await page.evaluate((next) => navigator.clipboard.writeText(next), big(text))
  await page.keyboard.press('ControlOrMeta+V')
  await page.locator('.progress').getByRole('button', { name: 'Cancel' }).click()
  await quiet(page)
  await expect(page.locator('.progress')).toHaveCount(0)
  await expect(outcome(page)).toHaveText('200 OK')
  expect(await openText(page)).toBe(big(text))
})

test('a mode that does not exist, written by hand, is an error with its line; the last good lab stays', async ({ page }) => {
  await open(page, { hash: lab('minikube-three-nginx') })
  await page.getByRole('tab', { name: 'cluster.yaml' }).click()
  await replaceInEditor(page, (text) => text.replace('kind: KubeProxyConfiguration', 'kind: KubeProxyConfiguration\nmode: teleport'))
  await expect(page.locator('.editor-foot .problems')).toContainText('cluster.yaml:')
  await expect(page.locator('.editor-foot')).toContainText('last lab that had none')
  await expect(outcome(page)).toHaveText('200 OK')
})

test('without a network the open page goes on: edits, questions, tabs, every dialog', async ({ page, context }) => {
  await open(page, { hash: lab('clusterip-same-node') })
  await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible({ timeout: 20_000 })
  // Parts that are fetched when they are wanted come while the page is idle; then the network goes.
  await page.waitForFunction(() => (window as unknown as { packetwalk: { whole(): boolean } }).packetwalk.whole())
  await quiet(page)
  await context.setOffline(true)
  await replaceInEditor(page, (text) => text.replace('targetPort: 8080', 'targetPort: 4321'))
  await expect(outcome(page)).toHaveText('refused')
  for (const [button, dialog] of [
    ['Share', 'Share this step'],
    ['Commands (Ctrl+K)', 'Commands'],
    ['Keyboard shortcuts', 'Keys'],
    [/^Labs:/, 'Labs'],
  ] as const) {
    await page.getByRole('button', { name: button }).click()
    await expect(page.getByRole('dialog', { name: dialog })).toBeVisible()
    await page.keyboard.press('Escape')
  }
  await command(page, 'linux')
  await expect(page.getByRole('dialog', { name: 'Rebuild this lab on a Linux machine' }).locator('pre')).toContainText('ip netns add')
  await page.keyboard.press('Escape')
  for (const tab of ['Packet', 'Node', 'Line']) {
    await page.getByRole('tab', { name: tab }).click()
    await quiet(page)
    await expect(page.getByRole('tabpanel')).not.toContainText('did not load')
  }
  await page.getByRole('button', { name: 'Changes' }).click()
  await expect(page.locator('.diff')).toBeVisible()
  await context.setOffline(false)
})

test('a part of the page that cannot be fetched is said, and comes at the second try', async ({ page }) => {
  await page.route(/assets\/(Far|Monaco)-[\w-]+\.js/, (route) => route.abort())
  await open(page, { hash: lab('nodeport') })
  await expect(page.locator('.editor-pane').getByText('This part of the page could not be fetched.')).toBeVisible()
  await expect(page.locator('textarea.plain-text')).toBeVisible()
  await page.getByRole('button', { name: 'Share' }).click()
  await expect(page.locator('.notices').getByText('This part of the page could not be fetched.')).toBeVisible()
  await expect(outcome(page)).toHaveText('200 OK')
  await page.unroute(/assets\/(Far|Monaco)-[\w-]+\.js/)
  await page.locator('.notices').getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('dialog', { name: 'Share this step' })).toBeVisible()
})

test('storage that is full or forbidden: said once, and the page works', async ({ page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
  })
  await open(page, { hash: lab('clusterip-same-node') })
  await page.getByRole('button', { name: /^Labs:/ }).click()
  await page.getByRole('dialog', { name: 'Labs' }).getByRole('button', { name: 'Keep' }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByText('This browser keeps nothing more for the page')).toBeVisible()
  await expect(outcome(page)).toHaveText('200 OK')
})

test('the worker killed in mid-walk: the page comes back with the edited lab, and says what happened', async ({ page }) => {
  await open(page, { hash: lab('clusterip-same-node') })
  await replaceInEditor(page, (text) => text.replace('targetPort: 8080', 'targetPort: 4321'))
  const text = await openText(page)
  await page.evaluate(() => (window as unknown as { packetwalk: { killWorker(): void } }).packetwalk.killWorker())
  await expect(page.getByText('The engine stopped and was started again. Your lab is as it was.')).toBeVisible()
  await quiet(page)
  expect(await openText(page)).toBe(text)
  await expect(outcome(page)).toHaveText('refused')
  await page.getByRole('button', { name: 'Share' }).click()
  await expect(page.getByRole('dialog').locator('pre')).toContainText('outcome: refused')
})
