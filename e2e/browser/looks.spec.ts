import { expect, test } from 'playwright/test'
import { lab, open, outcome, watch } from './visitor.ts'

test('both languages, with the switch, the address and the memory', async ({ page }) => {
  await open(page, { search: 'still&lang=zh' })
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await expect(page.getByRole('button', { name: '发送' })).toBeVisible()
  await page.getByRole('button', { name: 'English' }).click()
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible()
  await open(page, { search: 'still' })
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible()
})

/** Steps through the walk inside the page, and says which texts have a hole, a bare code or the wrong language. */
const readEveryStep = async (lang: string): Promise<readonly string[]> => {
  const found = new Set<string>()
  const shown = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))
  const max = Number(document.querySelector('input.scrub')?.getAttribute('max'))
  if (!(max > 3)) found.add('no walk to step through')
  const holes = /undefined|\{\w+\}|\[object|NaN|\b(by|cause|event|outcome|station|notice|inspector)\.[a-z][\w-]+/g
  for (let i = 0; i <= max; i++) {
    for (const hole of (document.querySelector('.page')?.textContent ?? '').match(holes) ?? []) found.add(hole)
    const title = document.querySelector('.said h2')?.textContent ?? ''
    const said = document.querySelector('.said')?.textContent ?? ''
    if (title.trim() === '' || /^[a-z-]+$/.test(title)) found.add(`no title at stop ${i}: ${title}`)
    if (lang === 'zh' && !/[\u4e00-\u9fff]/.test(said)) found.add(`not Chinese: ${title}`)
    dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', cancelable: true }))
    await shown()
  }
  return [...found]
}

for (const [lang, slugs, heavy] of [
  ['zh', ['nodeport'], ''],
  ['zh', ['clusterip-cross-node', 'no-endpoints', 'dns-failure'], ' @heavy'],
  ['en', ['clusterip-cross-node', 'nodeport', 'no-endpoints', 'dns-failure'], ' @heavy'],
] as const) {
  test(`no string is missing in ${lang}: not a hole, not a bare code${heavy}`, async ({ page }) => {
    test.slow()
    const { complaints } = watch(page)
    const found = new Set<string>()
    for (const slug of slugs) {
      await open(page, { search: `still&lang=${lang}`, hash: lab(slug, '&step=0') })
      await expect(outcome(page)).toBeVisible()
      for (const complaint of await page.evaluate(readEveryStep, lang)) found.add(`${slug}: ${complaint}`)
    }
    expect([...found]).toEqual([])
    expect(complaints).toEqual([])
  })
}

for (const [width, height] of [
  [390, 844],
  [1280, 720],
  [1440, 900],
  [1920, 1080],
] as const) {
  test(`nothing overflows at ${width}×${height}, in either language`, async ({ page }) => {
    await page.setViewportSize({ width, height })
    for (const lang of ['en', 'zh']) {
      await open(page, { search: `still&lang=${lang}`, hash: lab('clusterip-cross-node') })
      const over = await page.evaluate(() => {
        const wide = document.documentElement.scrollWidth - window.innerWidth
        const cut = [...document.querySelectorAll('.top-bar *, .probe-bar *, .transport *')]
          .filter(
            (e) =>
              e instanceof HTMLElement && e.offsetParent !== null && !(e instanceof HTMLInputElement) && !(e instanceof HTMLSelectElement),
          )
          .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).display !== 'inline')
          .map((e) => e.outerHTML.slice(0, 120))
        const out = [...document.querySelectorAll('.top-bar button, .probe-bar button, .probe-bar .outcome, .transport button')]
          .map((e) => e.getBoundingClientRect())
          .filter((r) => r.width > 0 && (r.right > window.innerWidth + 1 || r.left < -1 || r.bottom > window.innerHeight + 1))
        return { wide: Math.max(0, wide), cut, out: out.length }
      })
      expect(over).toEqual({ wide: 0, cut: [], out: 0 })
    }
  })
}

test('on a phone the text is a plain text area, and the walk can be stepped', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await open(page, { hash: lab('clusterip-cross-node', '&step=0') })
  await page.getByRole('button', { name: 'One station on' }).click()
  await expect(page.locator('.step-list [aria-current="step"]')).toBeInViewport()
  // However tall the sheet, the keys of play stay on the screen.
  await page.getByRole('button', { name: 'Show more of the inspector' }).click()
  await expect(page.locator('.phone-sheet')).toHaveAttribute('data-height', 'high')
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeInViewport({ ratio: 1 })
  await expect(page.locator('.phase-scrub')).toContainText('TCP connect')
  await page.getByRole('button', { name: 'Edit' }).click()
  await expect(page.locator('textarea.plain-text')).toBeVisible()
  await expect(page.locator('.monaco-editor')).toHaveCount(0)
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.locator('.step-list')).toBeVisible()
})
