import { expect, type Locator, type Page, test } from 'playwright/test'
import { axe, lab, open, openText, outcome, quiet, replaceInEditor, watch } from './visitor.ts'

const pane = (page: Page): Locator => page.getByRole('region', { name: /^(Manifests|清单|Manifest)/ }).first()
const lines = (page: Page): Locator => page.locator('.editor-text .view-line')

/** Opens a lab and waits for the full editor. */
const edit = async (page: Page, slug = 'clusterip-cross-node', search = 'still'): Promise<void> => {
  await open(page, { hash: lab(slug), search })
  await expect(lines(page).first()).toBeVisible({ timeout: 20_000 })
}

/** The cursor goes behind a piece of the text, as if clicked and moved there. */
const goBehind = async (page: Page, piece: string): Promise<void> => {
  const text = await openText(page)
  const before = text.slice(0, text.indexOf(piece) + piece.length).split('\n')
  await page.locator('.monaco-editor').getByRole('textbox').first().focus()
  await page.keyboard.press('ControlOrMeta+Home')
  for (let i = 1; i < before.length; i++) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('End')
}

const widget = (page: Page): Locator => page.locator('.suggest-widget.visible')
const offered = (page: Page, label: string): Locator => widget(page).getByRole('option', { name: new RegExp(`^${label}(,|$)`) })

test('completion: a key of the map at hand, then its values', async ({ page }) => {
  const { complaints, strangers } = watch(page)
  await edit(page)
  await goBehind(page, '      targetPort: 8080')
  await page.keyboard.press('Enter')
  await page.keyboard.type('prot')
  await expect(offered(page, 'protocol')).toBeVisible()
  await page.keyboard.press('Enter')
  // What may stand there is offered at once.
  await expect(offered(page, 'SCTP')).toBeVisible()
  await page.keyboard.type('UD')
  await expect(offered(page, 'UDP')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect.poll(() => openText(page)).toContain('      targetPort: 8080\n      protocol: UDP\n---')
  await quiet(page)
  await expect(outcome(page)).not.toHaveText('200 OK')
  expect(complaints).toEqual([])
  expect(strangers).toEqual([])
})

test('completion: a kind brings its apiVersion', async ({ page }) => {
  await edit(page)
  await replaceInEditor(page, (text) => `${text.trimEnd()}\n---\nkind: `)
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.type('Daemon')
  await expect(offered(page, 'DaemonSet')).toContainText('apps/v1')
  await page.keyboard.press('Enter')
  await expect.poll(() => openText(page)).toMatch(/---\napiVersion: apps\/v1\nkind: DaemonSet$/)
})

test('completion knows the lab, other kinds and whole documents', async ({ page }) => {
  await edit(page)
  await replaceInEditor(page, (text) => `${text.trimEnd()}\n---\n`)
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.press('ControlOrMeta+Space')
  await expect(offered(page, 'Deployment')).toBeVisible()
  await page.keyboard.type('PodDis')
  await expect(offered(page, 'PodDisruptionBudget')).toContainText('policy/v1')
  await page.keyboard.press('Enter')
  await expect.poll(() => openText(page)).toContain('apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: ')
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.type('spec:\nmaxUn')
  await expect(offered(page, 'maxUnavailable')).toBeVisible()
  await page.keyboard.press('Escape')
  await replaceInEditor(page, (text) => text.replace(/selector:\n {4}app: nginx\n {2}ports/, 'selector:\n    app: \n  ports'))
  await goBehind(page, '    app: ')
  await page.keyboard.press('ControlOrMeta+Space')
  await expect(offered(page, 'nginx')).toBeVisible()
})

for (const [search, sentence, fact] of [
  ['still', 'rewrites to', 'wrote'],
  ['still&lang=zh', 'DNAT 改写成的 Pod 端口', '条规则'],
] as const) {
  test(`hover tells a field and what the engine made of it (${search})`, async ({ page }) => {
    await edit(page, 'clusterip-cross-node', search)
    const tip = page.locator('.monaco-hover:visible').first()
    // what answers comes late: a pointer that came before it has to move once more
    await expect(async () => {
      await page.mouse.move(0, 0)
      await lines(page).filter({ hasText: 'targetPort' }).locator('span', { hasText: 'targetPort' }).last().hover()
      await expect(tip).toContainText('spec.ports[0].targetPort', { timeout: 2000 })
    }).toPass({ timeout: 15_000 })
    await expect(tip).toContainText(sentence)
    await expect(tip).toContainText(fact)
    await expect(tip).toContainText('KUBE-SEP-')
  })
}

test('a quick fix from the light bulb, and undo', async ({ page }) => {
  await edit(page)
  await replaceInEditor(page, (text) => text.replace('  selector:\n    app: nginx\n  ports', '  selecter:\n    app: nginx\n  ports'))
  await expect(page.locator('.problems')).toContainText('did you mean "selector"?')
  await goBehind(page, '  selecter:')
  await page.keyboard.press('Home')
  // the fixes come late: until then Monaco says that there are none
  await expect(async () => {
    await page.keyboard.press('ControlOrMeta+.')
    await expect(page.locator('.action-widget').first()).toContainText('Write selector', { timeout: 1500 })
  }).toPass({ timeout: 15_000 })
  await page.keyboard.press('Enter')
  await expect.poll(() => openText(page)).not.toContain('selecter')
  await quiet(page)
  await expect(outcome(page)).toHaveText('200 OK')
  await pane(page).getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => openText(page)).toContain('selecter')
  await pane(page).getByRole('button', { name: 'Redo' }).click()
  await expect.poll(() => openText(page)).not.toContain('selecter')
})

test('a quick fix from the list of problems', async ({ page }) => {
  await edit(page, 'clusterip-cross-node', 'still&lang=zh')
  await replaceInEditor(page, (text) => text.replace('targetPort: 8080', 'targetPort: 9090'))
  await page.locator('.problems .fixes').getByRole('button', { name: '改为 8080' }).first().click()
  await expect.poll(() => openText(page)).toContain('targetPort: 8080')
  await quiet(page)
  await expect(outcome(page)).toHaveText('200 OK')
})

test('format keeps comments, and can be undone', async ({ page }) => {
  await edit(page)
  const before = await openText(page)
  await replaceInEditor(page, (text) =>
    text
      .replace('spec:\n  selector:\n    app: nginx', 'spec:\n      # mine\n      selector:   {app:   nginx}')
      .replace('  ports:\n    - port: 80\n      targetPort', '      ports:\n        - port:    80\n          targetPort'),
  )
  await pane(page).getByRole('button', { name: 'Format' }).click()
  await expect
    .poll(() => openText(page))
    .toContain('spec:\n  # mine\n  selector: {app: nginx}\n  ports:\n    - port: 80\n      targetPort: 8080\n')
  await pane(page).getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => openText(page)).toContain('      selector:   {app:   nginx}')
  await pane(page).getByRole('button', { name: 'Back to the start' }).click()
  await expect.poll(() => openText(page)).toBe(before)
  await pane(page).getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => openText(page)).toContain('# mine')
})

test('what was changed is shown beside what was there, and can be put back @heavy', async ({ page }) => {
  await edit(page)
  const changes = pane(page).getByRole('button', { name: 'Changes' })
  await expect(changes).toBeDisabled()
  const before = await openText(page)
  await replaceInEditor(page, (text) => text.replace('replicas: 3', 'replicas: 2').replace('port: 80\n', 'port: 81\n'))
  await changes.click()
  const diff = page.getByRole('region', { name: 'What was changed since this lab was opened' })
  await expect(diff.locator('tr[data-kind="removed"]')).toContainText(['port: 80', 'replicas: 3'])
  await expect(diff.locator('tr[data-kind="added"]')).toContainText(['port: 81', 'replicas: 2'])
  const { violations } = await axe(page).include('.editor-pane').analyze()
  expect(violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id)).toEqual([])
  await diff.getByRole('button', { name: 'Put back' }).last().click()
  await expect.poll(() => openText(page)).toBe(before.replace('port: 80\n', 'port: 81\n'))
  await diff.getByRole('button', { name: 'Put back' }).click()
  await expect.poll(() => openText(page)).toBe(before)
  await expect(diff).toContainText('Nothing was changed.')
})

test('a field that v1.30 does not have is told', async ({ page }) => {
  await edit(page)
  await replaceInEditor(page, (text) => text.replace('      nodeName: node-2', '      hostnameOverride: x\n      nodeName: node-2'))
  await expect(page.locator('.problems')).toContainText('came with Kubernetes v1.34')
})

test('without the names of Kubernetes our own kinds are completed all the same', async ({ page }) => {
  await page.route('**/kubernetes-*.json', (route) => route.abort())
  await edit(page)
  await goBehind(page, '      targetPort: 8080')
  await page.keyboard.press('Enter')
  await page.keyboard.type('node')
  await expect(offered(page, 'nodePort')).toBeVisible()
})

test('on a phone: problems with their fixes, undo, format, changes', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await open(page, { hash: lab('clusterip-cross-node') })
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  const area = page.locator('textarea.plain-text')
  const text = await area.inputValue()
  await area.fill(text.replace('targetPort: 8080', 'targetPort:    9090'))
  await quiet(page)
  await page.locator('.problems .fixes').getByRole('button', { name: 'Write 8080' }).first().click()
  await expect(area).toHaveValue(text.replace('targetPort: 8080', 'targetPort:    8080'))
  await page.getByRole('button', { name: 'Format' }).click()
  await expect(area).toHaveValue(text)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(area).toHaveValue(text.replace('targetPort: 8080', 'targetPort:    8080'))
  await page.getByRole('button', { name: 'Changes' }).click()
  await expect(page.locator('.diff')).toContainText('targetPort:    8080')
  await expect(page.locator('.monaco-editor')).toHaveCount(0)
})
