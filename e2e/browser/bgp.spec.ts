import { expect, test } from 'playwright/test'
import { axe, lab, open, openText, outcome, quiet } from './visitor.ts'

test('a BGP session that is down leads from the stage to its reason, its lost routes and what the tool prints @heavy', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  await open(page, { hash: lab('drill-bgp-down') })
  await expect(page.locator('.pw-line-session').first()).toBeAttached()
  await page.locator('[data-door="bgp"]').click()
  await quiet(page)
  const view = page.getByRole('region', { name: 'BGP sessions' })
  await expect(view.locator('.bgp-lost')).toContainText('Routes that are gone')
  await expect(view.locator('.bgp-printed pre')).toContainText('IPv4 BGP status')
  expect((await axe(page).include('.bgp').analyze()).violations.map((one) => one.id)).toEqual([])
  // The address holds what is looked at, and Escape leads back.
  await expect.poll(() => page.url()).toContain('near=bgp:')
  await page.keyboard.press('Escape')
  await quiet(page)
  await expect(page.locator('.pw-stage')).toHaveAttribute('data-level', 'cluster')
})

for (const slug of ['clusterip-cross-node', 'nodeport'])
  test(`${slug}: every CNI of the switch is written into the text beside its comments, walks, and is undone @heavy`, async ({ page }) => {
    test.setTimeout(180_000)
    await page.setViewportSize({ width: 1280, height: 800 })
    await open(page, { hash: lab(slug) })
    await page.getByRole('tab', { name: 'lab.yaml' }).click()
    await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible({ timeout: 20_000 })
    const before = await openText(page)
    expect(before).toContain('# ')
    const list = page.getByRole('combobox', { name: 'CNI' })
    const first = await list.inputValue()
    const names = await list.locator('option:not([disabled])').evaluateAll((all) => all.map((o) => (o as HTMLOptionElement).value))
    expect(names.length).toBeGreaterThan(10)
    for (const name of names.filter((one) => one !== first)) {
      await list.selectOption(name)
      await quiet(page)
      await expect(list).toHaveValue(name)
      const lines = before.split('\n')
      const added = (await openText(page)).split('\n').filter((line) => !lines.includes(line))
      expect(added).toEqual([`  cni: ${name}`])
      if (name !== 'none') await expect(outcome(page)).toHaveText('200 OK')
      await page.getByRole('button', { name: 'Undo' }).click()
      await quiet(page)
      expect(await openText(page)).toBe(before)
      await expect(list).toHaveValue(first)
    }
  })
