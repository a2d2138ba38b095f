import { expect, test } from 'playwright/test'
import { inspector, lab, open, outcome, quiet, replaceInEditor, scrub, toFirstRewrite, watch } from './visitor.ts'

const slugs = ['clusterip-cross-node', 'clusterip-same-node', 'nodeport', 'no-endpoints', 'dns-failure', 'minikube-three-nginx']

test('a walk plays on load, by itself', async ({ page }) => {
  await page.goto('./')
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible()
  const first = await scrub(page).inputValue()
  await expect.poll(() => scrub(page).inputValue()).not.toBe(first)
  await page.keyboard.press('Space')
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
})

test('with reduced motion nothing moves by itself', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await open(page, { search: '' })
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
})

for (const slug of slugs) {
  test(`the gallery lab ${slug} walks, without an error in its text or on the page`, async ({ page }) => {
    const { complaints, strangers } = watch(page)
    await open(page, { hash: lab(slug) })
    await expect(outcome(page)).toHaveText(slug === 'no-endpoints' ? 'refused' : slug === 'dns-failure' ? 'no such name' : '200 OK')
    await expect(page.locator('.editor-foot .state')).toContainText('valid')
    expect(Number(await scrub(page).getAttribute('max'))).toBeGreaterThan(3)
    expect(complaints).toEqual([])
    expect(strangers).toEqual([])
  })
}

/** The labs of CNIs, policies and drills, and what the caller sees. */
const told: Readonly<Record<string, string>> = {
  'cni-add': '200 OK',
  'flannel-host-gw': '200 OK',
  'calico-bgp': '200 OK',
  'calico-ipip': '200 OK',
  'calico-vxlan-crosssubnet': '200 OK',
  'cilium-kube-proxy-free': '200 OK',
  'cilium-native': '200 OK',
  canal: '200 OK',
  weave: '200 OK',
  networkpolicy: 'timed out',
  'netpol-flannel': '200 OK',
  'netpol-vs-service': 'timed out',
  'drill-and-or': '200 OK',
  'drill-egress-dns': 'no DNS answer',
  'drill-mtu': 'timed out',
  'drill-ipip-blocked': 'timed out',
  'drill-bgp-down': 'timed out',
  'drill-cluster-cidr': 'timed out',
}
for (const [slug, text] of Object.entries(told)) {
  test(`the gallery lab ${slug} walks, without an error in its text or on the page @heavy`, async ({ page }) => {
    const { complaints, strangers } = watch(page)
    await open(page, { hash: lab(slug) })
    await expect(outcome(page)).toHaveText(text)
    await expect(page.locator('.editor-foot .state')).toContainText('valid')
    expect([complaints, strangers]).toEqual([[], []])
  })
}

test('a lab that a link asks for comes with its own title; the picker has them all', async ({ page }) => {
  await open(page, { hash: lab('netpol-flannel') })
  const picker = page.getByRole('combobox', { name: 'Lab' })
  await expect(picker).toHaveValue('netpol-flannel')
  await expect(page.locator('.probe-bar')).toContainText('policy not enforced')
  await picker.selectOption('drill-and-or')
  await expect(outcome(page)).toHaveText('200 OK')
  await expect(page.locator('.editor-foot')).toContainText('Both selectors in one item mean AND')
})

test('stepping to the DNAT shows the old and the new destination', async ({ page }) => {
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await toFirstRewrite(page)
  const ends = inspector(page).locator('.ends')
  await expect(ends.locator('del')).toHaveText('10.101.57.97:80')
  await expect(ends.locator('ins')).toHaveText(/^10\.244\.0\.(27|28|30):80$/)
  await expect(inspector(page).locator('.rule-text').first()).toContainText('-j DNAT --to-destination 10.244.0.')
  await expect(inspector(page)).toContainText('KUBE-SVC-V2OKYYMBY3REGZOG')
})

test('the line behind the step is lit, and "comes from" leads to it', async ({ page }) => {
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible({ timeout: 20_000 })
  await toFirstRewrite(page)
  await expect(page.locator('.lit-line').first()).toBeVisible()
  const jump = inspector(page).locator('.origins .jump').first()
  await expect(jump).toContainText(/manifests\.yaml · line \d+/)
  await jump.click()
  await expect(page.getByRole('tab', { name: 'manifests.yaml' })).toHaveAttribute('aria-selected', 'true')
})

test('editing targetPort and replicas changes the walk', async ({ page }) => {
  await open(page, { hash: lab('clusterip-cross-node') })
  await expect(outcome(page)).toHaveText('200 OK')
  await replaceInEditor(page, (text) => text.replace('targetPort: 8080', 'targetPort: 9090'))
  await expect(outcome(page)).toHaveText('refused')
  await replaceInEditor(page, (text) => text.replace('targetPort: 9090', 'targetPort: 8080'))
  await expect(outcome(page)).toHaveText('200 OK')
  await replaceInEditor(page, (text) => text.replace('replicas: 3', 'replicas: 1'))
  await expect(outcome(page)).toHaveText('200 OK')
  await toFirstRewrite(page)
  await replaceInEditor(page, (text) => text.replace('replicas: 1', 'replicas: 0'))
  await expect(outcome(page)).not.toHaveText('200 OK')
})

test('with an error in the text the last good lab stays, and the page says so and where', async ({ page }) => {
  await open(page, { hash: lab('clusterip-cross-node') })
  const steps = await scrub(page).getAttribute('max')
  await replaceInEditor(page, (text) => text.replace('kind: Service', 'kind: [Service'))
  await expect(page.locator('.editor-foot')).toContainText('last lab that had none')
  await expect(page.locator('.editor-foot .problems li').first()).toContainText('manifests.yaml:')
  await page.keyboard.press('ControlOrMeta+Home')
  await expect(page.locator('.monaco-editor .squiggly-error').first()).toBeVisible()
  expect(await scrub(page).getAttribute('max')).toBe(steps)
  await expect(outcome(page)).toHaveText('200 OK')
  await page.getByRole('button', { name: 'Reset' }).click()
  await expect(page.locator('.editor-foot')).not.toContainText('last lab that had none')
})

test('asking something else answers something else', async ({ page }) => {
  await open(page, { hash: lab('clusterip-cross-node') })
  await page.getByLabel('To', { exact: true }).fill('http://nobody/')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(outcome(page)).toHaveText('no such name')
  await expect(page.getByRole('region', { name: 'The walk ended here' })).toBeVisible()
})

test('a worker that dies is begun again with the lab intact, and the page says so', async ({ page }) => {
  await open(page, { hash: lab('nodeport') })
  await page.evaluate(() => (window as unknown as { packetwalk: { killWorker(): void } }).packetwalk.killWorker())
  await expect(page.getByRole('status').filter({ hasText: 'The engine stopped and was started again' })).toBeVisible()
  await page.getByRole('button', { name: 'Send' }).click()
  await quiet(page)
  await expect(outcome(page)).toHaveText('200 OK')
  await expect(page.getByRole('tab', { name: 'manifests.yaml' })).toBeVisible()
})

test('what a visitor pastes is text, never markup', async ({ page }) => {
  await open(page, { hash: lab('clusterip-cross-node') })
  await replaceInEditor(
    page,
    (text) => `${text}\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: "<img src=x onerror=alert(1)>"\nspec: {}\n`,
  )
  await expect(page.locator('.editor-foot .problems')).toContainText('<img')
  await expect(page.locator('img')).toHaveCount(0)
})

test('"take another" sends the request to another Pod, and the link remembers it', async ({ page }) => {
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await toFirstRewrite(page)
  const pod = inspector(page).locator('.ends ins')
  const first = await pod.textContent()
  await inspector(page)
    .getByRole('button', { name: /^Take it: / })
    .first()
    .click()
  await quiet(page)
  await expect(pod).not.toHaveText(first ?? '')
  const second = await pod.textContent()
  await expect(page).toHaveURL(/&force=/)
  await page.reload()
  await quiet(page)
  await expect(pod).toHaveText(second ?? '')
})

test('a question that cannot be asked is said beside it', async ({ page }) => {
  await open(page, { hash: lab('clusterip-cross-node') })
  await page.getByLabel('From', { exact: true }).fill('default/nobody')
  await page.getByRole('button', { name: 'Send' }).click()
  await quiet(page)
  await expect(page.locator('.probe-bar .wrong')).toContainText('default/nobody')
  await expect(outcome(page)).toHaveCount(0)
})

test('more than 5 MB of YAML is refused with a word, and the page stays alive', async ({ page }) => {
  test.slow()
  await open(page, { hash: lab('nodeport') })
  await replaceInEditor(page, (text) => `${text}\n${`# ${'x'.repeat(98)}\n`.repeat(60_000)}`)
  await expect(page.locator('.editor-foot')).toContainText(/MB|bytes/)
  await expect(outcome(page)).toHaveText('200 OK')
  await page.getByRole('button', { name: 'Reset' }).click()
  await quiet(page)
  await expect(page.locator('.editor-foot .state')).toContainText('valid')
})
