import { expect, test } from 'playwright/test'
import { inspector, lab, open, outcome, quiet, replaceInEditor, scrub, toFirstRewrite } from './visitor.ts'

test('a reload and a fresh profile with the link show the same step', async ({ page, browser, baseURL }) => {
  await open(page, { hash: lab('clusterip-same-node') })
  await toFirstRewrite(page)
  const shown = await inspector(page).locator('.said').textContent()
  await expect.poll(() => page.url()).toMatch(/step=\d+/)
  const at = await scrub(page).inputValue()
  await expect(page).toHaveURL(/#v=1&lab=clusterip-same-node&step=\d+&lang=en$/)

  await page.reload()
  await quiet(page)
  expect(await scrub(page).inputValue()).toBe(at)
  expect(await inspector(page).locator('.said').textContent()).toBe(shown)

  const fresh = await browser.newContext({ ...(baseURL === undefined ? {} : { baseURL }), viewport: { width: 1280, height: 800 } })
  const other = await fresh.newPage()
  await other.goto(page.url())
  await quiet(other)
  expect(await scrub(other).inputValue()).toBe(at)
  expect(await inspector(other).locator('.said').textContent()).toBe(shown)
  await fresh.close()
})

test('an edited lab travels in the link, and is kept when the link is not', async ({ page, browser }) => {
  await open(page, { hash: lab('clusterip-same-node') })
  await replaceInEditor(page, (text) => text.replace('targetPort: 8080', 'targetPort: 4321'))
  await expect(page).toHaveURL(/&z=/)
  const fresh = await browser.newContext()
  const other = await fresh.newPage()
  await other.goto(page.url())
  await quiet(other)
  await expect(outcome(other)).toHaveText('refused')
  await fresh.close()

  await page.goto('about:blank')
  await open(page)
  await expect(outcome(page)).toHaveText('refused')
  await page.getByRole('button', { name: 'Reset' }).click()
  await expect(outcome(page)).toHaveText('200 OK')
})

for (const [hash, says] of [
  ['v=1&lab=clusterip-same-node&z=AAAA', 'This link is damaged'],
  ['something else', 'This link is damaged'],
  ['v=9&lab=clusterip-same-node', 'newer Packetwalk'],
  ['v=1&lab=nowhere', 'not in the gallery'],
] as const) {
  test(`a link that cannot be read is said, and the default lab comes: #${hash}`, async ({ page }) => {
    await open(page, { hash })
    await expect(page.getByRole('status').filter({ hasText: says })).toBeVisible()
    await expect(outcome(page)).toHaveText('200 OK')
    await page.getByRole('button', { name: 'Close this message' }).click()
    await expect(page.getByText(says)).toHaveCount(0)
  })
}

test('a link put into the address of an open page brings its own lab', async ({ page }) => {
  await open(page, { hash: lab('clusterip-same-node', '&step=0') })
  await page.evaluate((hash) => location.assign(`#${hash}`), lab('no-endpoints'))
  await expect(outcome(page)).toHaveText('refused')
  await expect(page).toHaveURL(/lab=no-endpoints/)
})

test('share copies the link to this step', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await open(page, { hash: lab('nodeport', '&step=0') })
  await page.getByRole('button', { name: 'Share' }).click()
  await page.getByRole('button', { name: 'Copy link' }).click()
  await expect(page.getByText('Copied.')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/#v=1&lab=nodeport&step=0&lang=en$/)
})

test('a text too long for a link is kept in the browser, and a reload finds it @heavy', async ({ page }) => {
  await open(page, { hash: lab('clusterip-same-node') })
  const long = `# ${'x'.repeat(100)}\n`.repeat(2500)
  await replaceInEditor(page, (text) => `${text.replace('targetPort: 8080', 'targetPort: 4321')}\n${long}`)
  await expect(outcome(page)).toHaveText('refused')
  await expect(page).not.toHaveURL(/#/)
  await page.reload()
  await quiet(page)
  await expect(outcome(page)).toHaveText('refused')
})

test('a language chosen on the page wins over the one in the address @heavy', async ({ page }) => {
  await open(page, { search: 'still&lang=zh' })
  await page.getByRole('button', { name: 'English' }).click()
  await expect(page).not.toHaveURL(/\?.*lang=zh/)
  await page.reload()
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible()
})
