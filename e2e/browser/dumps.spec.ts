import { readFileSync } from 'node:fs'
import { expect, type Page, test } from 'playwright/test'
import { drop, lab, open, outcome, quiet, watch } from './visitor.ts'

const recorded = (file: string): string =>
  readFileSync(new URL(`../../src/testing/captured/dumps/flannel-node/${file}.txt`, import.meta.url), 'utf8')
const dialog = (page: Page) => page.getByRole('dialog', { name: "A node's own dump" })

test('what a node printed, pasted: a lab of its own, walked, and each rule leads to its line', async ({ page }) => {
  const { complaints, strangers } = watch(page)
  await open(page, { hash: lab('nodeport') })
  const text = ['iptables-save', 'ip-addr', 'ip-route', 'ip-neigh', 'bridge-fdb'].map(recorded).join('\n')
  await page.evaluate((pasted) => {
    const data = new DataTransfer()
    data.setData('text/plain', pasted)
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, text)
  await expect(dialog(page)).toContainText('pasted.txt')
  await dialog(page).getByRole('button', { name: 'Walk it' }).click()
  await quiet(page)
  await expect(outcome(page)).toHaveText('answered')
  await page.getByRole('tab', { name: 'All steps' }).click()
  await page.locator('.step-list .stop[data-mark="nat"] > button').first().click()
  await page.getByRole('tab', { name: /^Step / }).click()
  await page.keyboard.press('ArrowDown')
  await quiet(page)
  const origin = page.locator('.origins')
  await expect(origin).toContainText('from your dump pasted.txt, line')
  await origin
    .getByRole('button', { name: /^pasted\.txt/ })
    .first()
    .click()
  await expect(page.getByRole('tab', { name: 'pasted.txt' })).toHaveAttribute('aria-selected', 'true')
  expect(complaints).toEqual([])
  expect(strangers).toEqual([])
})

test('dropped on a lab: it is of one of its nodes', async ({ page }) => {
  await open(page, { hash: lab('nodeport') })
  await drop(page, [{ name: 'rules.save', text: '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n' }])
  const node = dialog(page).getByRole('combobox', { name: 'It is of' })
  await node.selectOption({ index: 1 })
  await dialog(page).getByRole('button', { name: 'Walk it' }).click()
  await quiet(page)
  await expect(page.getByRole('tab', { name: 'dumps.yaml' })).toHaveAttribute('aria-selected', 'true')
  await expect(outcome(page)).not.toHaveText('200 OK')
})

test('a line that iptables would refuse: its line and its word, and the last good lab stays', async ({ page }) => {
  await open(page, { hash: lab('nodeport') })
  await drop(page, [{ name: 'bad.txt', text: '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport <b>80 -j DROP\nCOMMIT\n' }])
  await dialog(page).getByRole('button', { name: 'Walk it' }).click()
  await quiet(page)
  const problems = page.locator('.editor-foot .problems')
  await expect(problems).toContainText('bad.txt:3')
  await expect(problems).toContainText('“<b>80”')
  await expect(page.locator('.editor-foot')).toContainText('last lab that had none')
})

test('50 MB: progress is shown, the page answers, and Cancel gives it up @heavy', async ({ page }) => {
  test.slow()
  await open(page, { hash: lab('nodeport') })
  await page.evaluate(() => {
    const lines = ['*filter', ':INPUT ACCEPT [0:0]', ':FORWARD ACCEPT [0:0]', ':OUTPUT ACCEPT [0:0]', ':BIG - [0:0]', '-A FORWARD -j BIG']
    const rule = (i: number): string =>
      `-A BIG -s 10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}/32 -p tcp -m comment --comment "default/svc-${i}:http" -m tcp --dport 80 -j RETURN`
    for (let i = 0; i < 460_000; i++) lines.push(rule(i))
    const data = new DataTransfer()
    data.items.add(new File([[...lines, 'COMMIT', ''].join('\n')], 'big.txt'))
    document.querySelector('.centre')?.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))
  })
  await expect(dialog(page)).toContainText('big.txt', { timeout: 20_000 })
  await dialog(page).getByRole('button', { name: 'Walk it' }).click()
  await expect(page.getByText(/Reading: \d+ %/)).toBeVisible({ timeout: 20_000 })
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText(/Reading: \d+ %/)).toHaveCount(0)
  await page.locator('.notices').getByRole('button', { name: 'Undo' }).click()
  await quiet(page)
  await expect(outcome(page)).toHaveText('200 OK')
})
