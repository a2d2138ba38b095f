import { expect, type Page, test } from 'playwright/test'
import { axe, inspector, lab, open, quiet, scrub, watch } from './visitor.ts'

const tab = (page: Page, name: RegExp) => inspector(page).getByRole('tab', { name })
const panel = (page: Page) => inspector(page).getByRole('tabpanel')

/** Goes to the n-th stop of a kind in the packets of a phase, over the list of all steps. */
const goTo = async (page: Page, mark: 'nat' | 'encap', nth = 0): Promise<void> => {
  await tab(page, /^(All steps|全部步骤)$/).click()
  await page.locator(`.step-list .leg[data-phase="connect"] .stop[data-mark="${mark}"] > button`).nth(nth).click()
  await tab(page, /^(Step|第) .*\d/)
    .first()
    .click()
  await quiet(page)
}

test('a rule stands there letter for letter, with the parts that matched and what of the packet they saw', async ({ page }) => {
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await goTo(page, 'nat')
  const rule = inspector(page).locator('.rule-text').first()
  await expect(rule).toHaveText(
    /^-A KUBE-SEP-\w{16} -p tcp -m comment --comment "default\/nginx-service" -m tcp -j DNAT --to-destination 10\.244\.0\.\d+:80$/,
  )
  await expect(rule.locator('mark[data-role="match"]')).toHaveText(['-p tcp'])
  await expect(rule.locator('mark[data-rewrites="true"]')).toHaveText(/^-j DNAT/)
  await expect(inspector(page).locator('.because dd')).toHaveText(['proto tcp'])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(inspector(page).locator('.because')).toContainText('--dport 80')
  await expect(inspector(page).locator('.because')).toContainText('dst 10.101.57.97')
})

test('the packet tab has every header of the tunnel, what is new here, and what the next machine takes off', async ({ page }) => {
  await open(page, { hash: lab('clusterip-cross-node', '&step=0') })
  await goTo(page, 'encap')
  await tab(page, /^Packet$/).click()
  const cards = panel(page).locator('.header-cards > li:not(.tunnelled)')
  await expect(cards.locator('h3')).toContainText(['IPv4', 'UDP', 'VXLAN', 'Ethernet', 'IPv4', 'TCP'])
  await expect(cards.filter({ hasText: 'VXLAN' })).toContainText('added here')
  await expect(cards.filter({ hasText: 'VXLAN' })).toContainText('vni')
  await expect(cards.last()).toContainText('sport')
  await goTo(page, 'nat')
  await tab(page, /^Packet$/).click()
  await expect(panel(page).locator('.header-cards del')).toHaveText([/^10\.9\d\.\d+\.\d+$/, '80'])
  await expect(panel(page).locator('.header-cards ins')).toHaveText([/^10\.244\.2\.\d+$/, '8080'])
  await expect(panel(page).locator('.header-card[data-fate="ends"]')).toContainText('Ethernet')
  await expect(panel(page).locator('.ahead')).toContainText('Ends on this hop: Ethernet')
})

test('messages are told: the DNS question and answer, the HTTP request and response', async ({ page }) => {
  await open(page, { hash: lab('clusterip-cross-node', '&step=0') })
  await expect(panel(page)).toContainText(';; QUERY')
  await expect(panel(page)).toContainText('IN A')
  await page.keyboard.press('End')
  await expect(panel(page)).toContainText('HTTP/1.1 200')
})

test('conntrack before and after, with what NAT changed', async ({ page }) => {
  await open(page, { hash: lab('clusterip-cross-node', '&step=0') })
  await goTo(page, 'nat')
  const card = panel(page).locator('.conntrack')
  await expect(card).toContainText('conntrack on node-1')
  await expect(card).toContainText('SYN_SENT [UNREPLIED]')
  await goTo(page, 'nat', 1)
  await expect(card.locator('mark')).toHaveText([/^10\.244\.2\.\d+$/, '8080'])
  await expect(card).toContainText('DST_NAT')
})

test('a route look-up shows the table and why the line won', async ({ page }) => {
  await open(page, { hash: lab('clusterip-cross-node', '&step=0') })
  await tab(page, /^All steps$/).click()
  await page
    .locator('.leg[data-phase="connect"]')
    .first()
    .getByRole('button', { name: /^route ?→ flannel\.1/ })
    .first()
    .click()
  await tab(page, /^Step/).click()
  const card = panel(page).locator('.card').filter({ hasText: 'Route look-up' })
  await expect(card.locator('[data-standing="won"]')).toHaveText(/^10\.244\.2\.0\/24 via 10\.244\.2\.0 dev flannel\.1 onlink/)
  await expect(card.locator('[data-standing="shorter"]')).toContainText('default via')
  await expect(card).toContainText('the longest prefix: /24')
})

test('the machine of a step: what its tools print, with what the step used lit; another machine can be picked @heavy', async ({ page }) => {
  await open(page, { hash: lab('clusterip-cross-node', '&step=0') })
  await goTo(page, 'nat')
  await tab(page, /^Node$/).click()
  const part = (name: RegExp) =>
    panel(page)
      .locator('details')
      .filter({ has: page.locator('summary', { hasText: name }) })
  await expect(part(/^Routes/)).toContainText('10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink')
  await expect(part(/^Addresses/)).toContainText('cni0')
  await expect(part(/^Forwarding database/)).toContainText('permanent')
  await expect(part(/^Kernel settings/)).toContainText('net.ipv4.ip_forward = 1')
  await expect(part(/^Listeners/)).toContainText('6443')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect(part(/^Routes/).locator('[data-lit="true"]')).toHaveText(/flannel\.1/)
  await panel(page).getByLabel('Machine').selectOption('default/client')
  await expect(part(/^Addresses/)).toContainText('eth0@if')
  await part(/^DNS settings/)
    .locator('summary')
    .click()
  await expect(part(/^DNS settings/)).toContainText('nameserver 10.96.0.10')
})

test('what a line wrote: from "comes from", and from the cursor', async ({ page }) => {
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible({ timeout: 20_000 })
  await goTo(page, 'nat')
  await panel(page)
    .getByRole('button', { name: /^What else did this line write\?/ })
    .first()
    .click()
  await expect(tab(page, /^Line \d+$/)).toHaveAttribute('aria-selected', 'true')
  await expect(panel(page)).toContainText(/\d+ things? on 1 machine/)
  await expect(panel(page).locator('.node-part')).toContainText('minikube')
  await page.locator('.monaco-editor').getByText('clusterIP:').click()
  await expect(tab(page, /^Line 8$/)).toBeVisible()
  await expect(panel(page)).toContainText('Service default/nginx-service')
  const group = panel(page).locator('.wrote-group').filter({ hasText: 'nat KUBE-SERVICES' })
  await group.locator('summary').click()
  await expect(group).toContainText('-A KUBE-SERVICES -d 10.101.57.97/32')
})

test('"comes from" is a way from the program to the manifest line', async ({ page }) => {
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await goTo(page, 'nat')
  const top = panel(page).locator('.origins > li').first()
  await expect(top).toContainText('kube-proxy')
  await expect(top.locator('ul .jump').first()).toContainText(/manifests\.yaml · line \d+/)
})

test('the plain list: levels, filters, and how many', async ({ page }) => {
  await open(page, { hash: lab('clusterip-cross-node', '&step=0') })
  await tab(page, /^All steps$/).click()
  const all = Number(await scrub(page).getAttribute('max')) + 1
  await expect(panel(page).locator('.stop')).toHaveCount(all)
  await panel(page).getByLabel('Only').selectOption('changes')
  const changes = await panel(page).locator('.stop').count()
  expect(changes).toBeGreaterThan(3)
  expect(changes).toBeLessThan(all)
  await expect(panel(page).getByRole('status')).toHaveText(`${changes} of ${all} stations`)
  await panel(page).getByLabel('Only').selectOption('all')
  await panel(page).getByRole('button', { name: 'every rule' }).click()
  expect(await panel(page).locator('.details li').count()).toBeGreaterThan(100)
  await panel(page).getByRole('button', { name: 'hops' }).click()
  expect(await panel(page).locator('.stop').count()).toBeLessThan(all / 2)
})

// Each language and each theme once; the other pairs with `npm run test:all`.
for (const lang of ['en', 'zh'] as const)
  for (const theme of ['light', 'dark'] as const)
    test(`every tab, in ${lang}, ${theme}: nothing is cut, and axe finds nothing${(lang === 'en') === (theme === 'light') ? '' : ' @heavy'}`, async ({
      page,
    }) => {
      test.slow()
      const { complaints } = watch(page)
      await open(page, { search: `still&lang=${lang}&theme=${theme}`, hash: lab('clusterip-cross-node', '&step=0') })
      await goTo(page, 'encap')
      for (let i = 0; i < 5; i++) {
        await inspector(page).getByRole('tab').nth(i).click()
        await quiet(page)
        await expect(panel(page)).not.toBeEmpty()
        // Slow, and of a language or a theme alone it finds the same: two of the four are enough.
        if ((lang === 'en') === (theme === 'light')) {
          const { violations } = await axe(page).include('.side-pane').include('.transport').analyze()
          expect(violations.map((v) => ({ id: v.id, nodes: v.nodes.map((n) => n.html.slice(0, 160)) }))).toEqual([])
        }
        const wide = await page.evaluate(() =>
          [...document.querySelectorAll('.side-body, .side-pane')].map((e) => e.scrollWidth - e.clientWidth),
        )
        expect(Math.max(...wide)).toBeLessThanOrEqual(0)
      }
      expect(complaints).toEqual([])
    })
