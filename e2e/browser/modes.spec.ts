import { expect, test } from 'playwright/test'
import { lab, open, openText, outcome, quiet } from './visitor.ts'

for (const [title, name] of [
  ['IPVS', 'ipvs'],
  ['nftables', 'nftables'],
] as const) {
  test(`the switch to ${title} is written into the text; the walk goes through its rules, and its last step can be shown`, async ({
    page,
  }) => {
    await page.setViewportSize({ width: 1600, height: 900 })
    await open(page, { hash: lab('nodeport') })
    await expect(outcome(page)).toHaveText('200 OK')
    await page.getByRole('tab', { name: 'cluster.yaml' }).click()
    const modes = page.getByRole('group', { name: 'kube-proxy mode', exact: true })
    await modes.getByRole('button', { name: title, exact: true }).click()
    await quiet(page)
    expect(await openText(page)).toContain(`mode: ${name}`)
    await expect(modes.getByRole('button', { name: title, exact: true })).toHaveAttribute('aria-pressed', 'true')
    await expect(outcome(page)).toHaveText('200 OK')
    await page.keyboard.press('Escape')
    await page.locator('.stage').click({ position: { x: 5, y: 5 } })
    await page.keyboard.press('End')
    await quiet(page)
    await expect(outcome(page)).toHaveText('200 OK')
    await modes.getByRole('button', { name: 'iptables', exact: true }).click()
    await quiet(page)
    expect(await openText(page)).toContain('mode: iptables')
  })
}

test('a rare mode stands behind the usual ones, is written into the text and can be left for every other @heavy', async ({ page }) => {
  await page.setViewportSize({ width: 1600, height: 900 })
  await open(page, { hash: lab('nodeport') })
  await page.getByRole('tab', { name: 'cluster.yaml' }).click()
  const list = page.getByRole('combobox', { name: 'kube-proxy mode' })
  for (const other of ['ipvs', 'nftables', 'iptables']) {
    await list.selectOption('userspace')
    await quiet(page)
    expect(await openText(page)).toContain('mode: userspace')
    // Where a rare mode is on, the whole list stands in place of the row.
    await expect(list).toHaveValue('userspace')
    await expect(outcome(page)).toHaveText('200 OK')
    await list.selectOption(other)
    await quiet(page)
    expect(await openText(page)).toContain(`mode: ${other}`)
    await expect(outcome(page)).toHaveText('200 OK')
  }
})
