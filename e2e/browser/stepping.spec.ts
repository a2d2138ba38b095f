import { expect, type Page, test } from 'playwright/test'
import { inspector, lab, open, quiet, scrub } from './visitor.ts'

const at = (page: Page) => scrub(page).inputValue().then(Number)
const transport = (page: Page) => page.getByRole('group', { name: 'Playback' })
const button = (page: Page, name: string) => transport(page).getByRole('button', { name, exact: true })
const chain = async (page: Page): Promise<string> => {
  await quiet(page)
  return /-A (\S+)/.exec((await inspector(page).locator('.rule-text').first().textContent()) ?? '')?.[1] ?? ''
}

/** Stands on the DNAT of the lab with one node. */
const atNat = async (page: Page): Promise<void> => {
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await page.getByRole('tab', { name: 'All steps' }).click()
  await page.locator('.step-list .stop[data-mark="nat"] > button').first().click()
  await page.getByRole('tab', { name: /^Step / }).click()
  await quiet(page)
}

test('a step is a hop, a station or a rule, as chosen', async ({ page }) => {
  await open(page, { hash: lab('clusterip-cross-node', '&step=0') })
  await button(page, 'One station on').click()
  expect(await at(page)).toBe(1)
  await button(page, 'Hop').click()
  await expect(button(page, 'Hop')).toHaveAttribute('aria-pressed', 'true')
  await button(page, 'One hop on').click()
  const hop = await at(page)
  expect(hop).toBeGreaterThan(1)
  await button(page, 'One hop back').click()
  expect(await at(page)).toBe(0)
  await button(page, 'Rule').click()
  await button(page, 'One rule on').click()
  await expect(inspector(page).locator('.rule-text').first()).toContainText('-A PREROUTING')
})

test('into, over and out of a chain, by buttons and by keys', async ({ page }) => {
  await atNat(page)
  const station = await at(page)
  for (const name of ['PREROUTING', 'KUBE-SERVICES', 'KUBE-SVC-V2OKYYMBY3REGZOG']) {
    await button(page, 'into').click()
    expect(await chain(page)).toBe(name)
  }
  await button(page, 'out').click()
  await expect(inspector(page).locator('.ends ins')).toBeVisible()
  expect(await at(page)).toBe(station)
  await button(page, 'over').click()
  expect(await at(page)).toBe(station + 1)

  await atNat(page)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  expect(await chain(page)).toBe('KUBE-SERVICES')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(inspector(page).locator('.ends ins')).toBeVisible()
  await page.keyboard.press('ArrowUp')
  expect(await chain(page)).toMatch(/^KUBE-SEP-/)
  await page.keyboard.press('Shift+ArrowUp')
  await expect(inspector(page).locator('.ends ins')).toBeVisible()
})

test('play stops at NAT, at a node and at a chain, where flags stand', async ({ page }) => {
  test.slow()
  await page.goto(`./#${lab('minikube-three-nginx', '&step=0')}`)
  await expect(button(page, 'Play')).toBeVisible()
  for (let i = 0; i < 2; i++)
    await transport(page)
      .getByRole('button', { name: /^Speed/ })
      .click()
  await expect(transport(page).getByRole('button', { name: 'Speed 4×, change' })).toBeVisible()
  await button(page, 'Stop at NAT').click()
  await expect(page.locator('.pw-breakpoint').first()).toBeAttached()
  await button(page, 'Play').click()
  await expect(inspector(page).locator('.ends ins')).toBeVisible({ timeout: 15_000 })
  await expect(button(page, 'Play')).toBeVisible()
  await inspector(page)
    .getByRole('button', { name: /^Stop at chain KUBE-SEP-/ })
    .click()
  await button(page, 'Stop at NAT').click()
  await page.keyboard.press('Home')
  await button(page, 'Play').click()
  await expect(inspector(page).locator('.rule-text').first()).toHaveText(/^-A KUBE-SEP-/, { timeout: 15_000 })
  await expect(button(page, 'Play')).toBeVisible()
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+ArrowRight')
  const flag = inspector(page).getByRole('button', { name: 'Stop at minikube' })
  await expect(flag).toHaveAttribute('aria-pressed', 'false')
  await flag.click()
  await expect(flag).toHaveAttribute('aria-pressed', 'true')
  const node = await at(page)
  await page.keyboard.press('Home')
  await button(page, 'Play').click()
  await expect.poll(() => at(page), { timeout: 15_000 }).toBe(node)
  await expect(button(page, 'Play')).toBeVisible()
})

test('the speed is remembered', async ({ page }) => {
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await transport(page).getByRole('button', { name: 'Speed 1×, change' }).click()
  await page.reload()
  await quiet(page)
  await expect(transport(page).getByRole('button', { name: 'Speed 2×, change' })).toBeVisible()
})

test('the key sheet names every step', async ({ page }) => {
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog')
  await expect(sheet).toContainText('over the chain')
  await expect(sheet).toContainText('out of the chain')
})

test('on a phone: 48 px keys, and a sheet that is pulled and pressed', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await open(page, { hash: lab('clusterip-cross-node', '&step=0') })
  for (const key of await page.locator('.transport .buttons button').all()) {
    const box = await key.boundingBox()
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(48)
  }
  await page.getByRole('button', { name: 'into' }).click()
  const sheet = page.getByRole('region', { name: 'Inspector' })
  const height = async () => (await sheet.boundingBox())?.height ?? 0
  const half = await height()
  await sheet.getByRole('button', { name: 'Show more of the inspector' }).click()
  await expect.poll(height).toBeGreaterThan(half + 50)
  await expect(page.getByRole('button', { name: 'One station on' })).toBeInViewport({ ratio: 1 })
  await sheet.getByRole('tab', { name: 'Packet' }).click()
  await expect(sheet.getByRole('tabpanel')).toContainText('The packet now')
  await sheet.getByRole('button', { name: 'Show less of the inspector' }).click()
  await expect.poll(height).toBeLessThan(half)
  await expect(sheet.getByRole('tabpanel')).toHaveCount(0)
  const grip = await sheet.getByRole('button', { name: 'Show more of the inspector' }).boundingBox()
  if (grip === null) throw new Error('no grip')
  await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2)
  await page.mouse.down()
  await page.mouse.move(grip.x + grip.width / 2, grip.y - 120, { steps: 4 })
  await page.mouse.up()
  await expect(sheet.getByRole('tabpanel')).toBeVisible()
})
