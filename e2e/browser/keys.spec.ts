import { expect, test } from 'playwright/test'
import { inspector, lab, open, quiet, scrub } from './visitor.ts'

test('the whole walk by keyboard', async ({ page }) => {
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await page.getByRole('region', { name: 'Timeline', exact: true }).click({ position: { x: 40, y: 5 } })
  const at = () => scrub(page).inputValue().then(Number)
  await page.keyboard.press('Home')
  expect(await at()).toBe(0)
  await page.keyboard.press('ArrowRight')
  expect(await at()).toBe(1)
  await page.keyboard.press('ArrowLeft')
  expect(await at()).toBe(0)
  await page.keyboard.press('Shift+ArrowRight')
  const hop = await at()
  expect(hop).toBeGreaterThan(0)
  await page.keyboard.press('Shift+ArrowLeft')
  expect(await at()).toBe(0)
  await page.keyboard.press('End')
  expect(await at()).toBe(Number(await scrub(page).getAttribute('max')))

  await page.keyboard.press('Home')
  const titles: string[] = []
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press('ArrowDown')
    await quiet(page)
    titles.push((await inspector(page).locator('.rule-text').first().textContent()) ?? '')
  }
  expect(new Set(titles).size).toBe(4)
  expect(titles.join('\n')).toContain('-A KUBE-SVC-V2OKYYMBY3REGZOG')

  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden()
})

test('keys in a text box belong to the box', async ({ page }) => {
  await open(page, { hash: lab('nodeport', '&step=0') })
  const before = await scrub(page).inputValue()
  await page.getByLabel('To', { exact: true }).press('ArrowRight')
  await page.getByLabel('To', { exact: true }).press('End')
  expect(await scrub(page).inputValue()).toBe(before)
})

test('every control can be reached and has a name', async ({ page }) => {
  await open(page, { hash: lab('clusterip-cross-node') })
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll('button, select, input, a[href], [role="separator"], [role="tab"]')]
      .filter((e) => e.closest('.monaco-editor') === null)
      .filter((e) => {
        const labels =
          e instanceof HTMLInputElement || e instanceof HTMLSelectElement ? [...(e.labels ?? [])].map((l) => l.textContent) : []
        return `${e.getAttribute('aria-label') ?? ''}${e.textContent}${labels.join('')}`.trim() === ''
      })
      .map((e) => e.outerHTML),
  )
  expect(nameless).toEqual([])
})
