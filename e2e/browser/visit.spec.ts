import { expect, test } from 'playwright/test'
import { axe, inspector, lab, open, openText, outcome, quiet } from './visitor.ts'

test('a visitor without a mouse gets past the editor, asks somebody else and steps', async ({ page }) => {
  await open(page, { hash: lab('clusterip-cross-node', '&step=0') })
  await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible({ timeout: 20_000 })
  const text = await openText(page)
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
  for (let i = 0; i < 40 && (await focused()) !== 'To'; i++) await page.keyboard.press('Tab')
  expect(await focused()).toBe('To')
  expect(await openText(page)).toBe(text)
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('http://nobody/')
  await page.keyboard.press('Enter')
  await expect(outcome(page)).toHaveText('no such name')
})

test('the end of an answered walk shows both ways, and where the address was rewritten and put back', async ({ page }) => {
  await open(page, { hash: lab('clusterip-cross-node') })
  await page.getByRole('button', { name: 'To the end' }).click()
  await quiet(page)
  const stage = page.locator('.pw-stage')
  await expect(stage.locator('.pw-line-whole')).toHaveAttribute('data-tone', 'request')
  await expect(stage.locator('[data-tag]')).toHaveText(['DNAT', 'un-DNAT'])
  await expect(stage.locator('[data-card="rewritten"]')).toContainText(':80')
  await expect(inspector(page)).toContainText('the very address that was asked')
})

for (const theme of ['light', 'dark'])
  test(`axe finds nothing serious on a phone in the ${theme} theme`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 })
    await open(page, { search: `still&theme=${theme}`, hash: lab('no-endpoints') })
    const { violations } = await axe(page).analyze()
    expect(violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id)).toEqual([])
  })
