import { expect, type Locator, type Page, test } from 'playwright/test'
import { axe, inspector, lab, open, quiet, scrub, watch } from './visitor.ts'

const chains = (page: Page): Locator => page.getByRole('region', { name: /^(Chains|规则链)$/ })
const column = (page: Page, name: RegExp): Locator =>
  chains(page)
    .locator('.chain-column')
    .filter({ has: page.getByRole('heading', { name }) })

/** To the n-th stop of the walk that rewrites the packet, as a whole. */
const toRewrite = async (page: Page, n = 0): Promise<void> => {
  await page.locator('#tab-steps').click()
  await page.locator('.step-list .stop[data-mark="nat"] > button').nth(n).click()
  await page.locator('#tab-step').click()
  await quiet(page)
}

test('a hook shows a column for each chain, the matched rows lit and the others with their reason', async ({ page }) => {
  const { complaints } = watch(page)
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await toRewrite(page)
  await expect(chains(page).locator('.chain-head')).toContainText(/minikube · PREROUTING · table nat · \d+ rules evaluated, \d+ matched/)
  await expect(chains(page).locator('.chain-column h3')).toHaveText([
    'PREROUTING',
    'KUBE-SERVICES',
    'KUBE-SVC-V2OKYYMBY3REGZOG',
    /^KUBE-SEP-/,
  ])
  const services = column(page, /KUBE-SERVICES/)
  await expect(services.locator('.chain-row[data-row="hit"]')).toContainText('-d 10.101.57.97/32')
  await expect(services.locator('.chain-row[data-row="no"]').first()).toContainText(/destination 10\.101\.57\.97, not 10\.96\./)
  await expect(column(page, /KUBE-SEP-/).locator('.chain-row[data-row="rewrite"]')).toContainText('dst 10.101.57.97:80 → 10.244.0.')
  await expect(column(page, /KUBE-SEP-/).locator('.chain-row[data-row="rewrite"] .counted')).toHaveText(/\d+ pkts?, \d+ B/)
  expect(complaints).toEqual([])
})

test('stepping by rules opens one column after the other, and a row leads to its rule', async ({ page }) => {
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await toRewrite(page)
  await page.keyboard.press('ArrowDown')
  await quiet(page)
  await expect(chains(page).locator('.chain-row[aria-current="step"]')).toContainText('-j KUBE-SERVICES')
  await expect(chains(page).locator('.chain-column[data-later="false"]')).toHaveCount(2)
  await page.keyboard.press('ArrowDown')
  await quiet(page)
  await expect(chains(page).locator('.chain-column[data-later="false"]')).toHaveCount(3)
  await expect(column(page, /KUBE-SERVICES/).locator('[aria-current="step"]')).toBeInViewport()
  await page.keyboard.press('ArrowUp')
  await quiet(page)
  await expect(chains(page).locator('.chain-column[data-later="false"]')).toHaveCount(2)
  await chains(page).locator('.chain-row[data-row="hit"]').first().click()
  await quiet(page)
  await expect(inspector(page).locator('.rule-text').first()).toContainText('-A PREROUTING')
  // The focus is on the row: it goes along with the playhead.
  await page.keyboard.press('ArrowDown')
  await quiet(page)
  await expect(column(page, /KUBE-SERVICES/).locator('[aria-current="step"]')).toBeFocused()
  await page.keyboard.press('Enter')
  await quiet(page)
  await expect(inspector(page).locator('.rule-text').first()).toContainText('-A KUBE-SERVICES')
})

test('a rule that did not match is read in the inspector, with all reasons and the line it comes from', async ({ page }) => {
  await open(page, { hash: lab('nodeport', '&step=0') })
  await toRewrite(page)
  const fold = column(page, /^KUBE-SERVICES/)
    .locator('.chain-row[data-row="fold"]')
    .first()
  await expect(fold).toContainText(/\d tried, none matched · destination ×\d/)
  await expect(fold).toHaveAttribute('aria-expanded', 'false')
  await fold.press('Enter')
  await quiet(page)
  await expect(fold).toHaveAttribute('aria-expanded', 'true')
  const row = column(page, /^KUBE-SERVICES/)
    .locator('.chain-row[data-row="no"]')
    .first()
  await row.press('Enter')
  const card = inspector(page).getByRole('region', { name: 'A rule beside the way' })
  await expect(card).toContainText('-A KUBE-SERVICES')
  await expect(card).toContainText('default/frontend cluster IP')
  await expect(card.locator('.why li')).toHaveText([/^destination 192\.168\.10\.11, not 10\./, /^destination port 31080, not 80$/])
  await card.locator('.jump').first().click()
  await expect(page.getByRole('tab', { name: 'manifests' })).toHaveAttribute('aria-selected', 'true')
  await card.getByRole('button', { name: 'Close' }).click()
  await expect(card).toHaveCount(0)
  await expect(row).toBeVisible()
})

test('MASQUERADE knows where its mark came from and who decides the address; both languages @heavy', async ({ page }) => {
  test.slow()
  for (const lang of ['en', 'zh']) {
    await open(page, { hash: lab('nodeport', '&step=0'), search: `still&lang=${lang}` })
    await toRewrite(page, 1)
    const origin = chains(page).getByRole('region', { name: lang === 'en' ? 'Where the mark came from' : '标记从哪来' })
    await expect(origin).toContainText('KUBE-MARK-MASQ')
    await expect(origin).toContainText('mark 0x4000')
    const source = chains(page).getByRole('region', { name: lang === 'en' ? 'Which address, and who decides it' : '源地址由谁决定' })
    await expect(source).toContainText('flannel.1')
    await expect(source).toContainText('SRC_NAT')
    await origin.getByRole('button', { name: 'KUBE-MARK-MASQ' }).click()
    await quiet(page)
    await expect(chains(page).locator('.chain-head')).toContainText('PREROUTING')
    await expect(column(page, /^KUBE-MARK-MASQ/).locator('[aria-current="step"]')).toContainText('-j MARK')
  }
})

test('a stop without chains says so, and a known connection says why none is asked', async ({ page }) => {
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await expect(chains(page)).toContainText('No chain is asked at this stop')
  await page.keyboard.press('End')
  for (let i = 0; i < 12; i++) {
    if (((await chains(page).textContent()) ?? '').includes('conntrack remembers')) break
    await page.keyboard.press('ArrowLeft')
    await quiet(page)
  }
  await expect(chains(page)).toContainText('conntrack remembers')
})

test('where none is asked the chains that were asked last stay, with their step', async ({ page }) => {
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await toRewrite(page)
  await expect(column(page, /^KUBE-SEP-/)).toBeVisible()
  await expect(chains(page)).not.toContainText('asked last')
  const step = Number(await scrub(page).inputValue()) + 1
  await page.keyboard.press('ArrowRight')
  await quiet(page)
  await expect(chains(page)).toContainText(`asked last, at step ${step}`)
  await expect(column(page, /^KUBE-SEP-/)).toBeVisible()
})

/** Puts a mode of kube-proxy into the text with the switch. */
const turn = async (page: Page, mode: string): Promise<void> => {
  await page.getByRole('combobox', { name: 'kube-proxy mode' }).selectOption(mode)
  await quiet(page)
}

test('nftables: chains, the map with its key, the draw and its branch; the inspector has the rule as nft prints it', async ({ page }) => {
  const { complaints } = watch(page)
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await turn(page, 'nftables')
  await toRewrite(page)
  await expect(chains(page).locator('.chain-head')).toContainText(
    /table ip kube-proxy · nat-prerouting, priority dstnat · \d+ rules evaluated/,
  )
  await expect(chains(page).locator('.chain-column h3')).toHaveText([
    'nat-prerouting',
    'services',
    'service-ips',
    /^service-/,
    'numgen random mod 3',
    /^endpoint-/,
  ])
  await expect(column(page, /^service-ips/).locator('.chain-row[data-row="key"]')).toContainText('10.101.57.97 . tcp . 80')
  await expect(column(page, /^service-ips/).locator('.chain-row[data-row="hit"]')).toContainText('✓ found')
  await expect(column(page, /^numgen/).locator('.chain-row[data-row="hit"]')).toContainText('1/3')
  await expect(column(page, /^endpoint-/).locator('.chain-row[data-row="no"]')).toContainText(/source 10\.244\.\d+\.\d+, not 10\.244\./)
  await expect(inspector(page)).toContainText('Rule, as nft prints it')
  // Another element of the map is read in the inspector, with what it comes from.
  await column(page, /^service-ips/)
    .locator('.chain-row[data-row="other"]')
    .first()
    .press('Enter')
  await expect(inspector(page).getByRole('region', { name: 'An entry beside the way' })).toContainText('goto service-')
  expect(complaints).toEqual([])
})

test('IPVS: the virtual server, its real servers and whose turn it is', async ({ page }) => {
  const { complaints } = watch(page)
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await turn(page, 'ipvs')
  await toRewrite(page)
  await expect(chains(page).locator('.chain-head')).toContainText('minikube · INPUT · IPVS, priority 99 · 2 look-ups')
  await expect(chains(page).locator('.chain-column h3')).toHaveText(['ip_vs', 'TCP 10.101.57.97:80'])
  const servers = column(page, /^TCP 10/)
  await expect(servers.locator('.chain-row[data-row="said"]').first()).toContainText(/nobody yet → this time 10\.244/)
  await expect(servers.locator('.chain-row[data-row="other"]')).toHaveCount(2)
  await expect(servers.locator('.chain-row[data-row="rewrite"]')).toContainText('dst 10.101.57.97:80 → 10.244.0.')
  await chains(page)
    .getByRole('button', { name: /^filter/ })
    .click()
  await quiet(page)
  await expect(column(page, /^KUBE-CLUSTER-IP/).locator('.chain-row[data-row="key"]')).toContainText('10.101.57.97,tcp:80')
  expect(complaints).toEqual([])
})

test('userspace: the proxy shows its listener, its round and the connection that it makes', async ({ page }) => {
  await page.setViewportSize({ width: 1600, height: 900 })
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await turn(page, 'userspace')
  await page.locator('#tab-steps').click()
  await page
    .locator('.step-list .stop > button')
    .filter({ hasText: /^kube-proxy.*-> 10\.244/s })
    .last()
    .click()
  await page.locator('#tab-step').click()
  await quiet(page)
  await expect(chains(page)).toContainText('Removed in Kubernetes 1.26')
  await expect(column(page, /^default\//).locator('.chain-row[data-row="rewrite"]')).toContainText(
    /connect\(\): .* The backend sees the node\./,
  )
})

test('a worker that died has the chains again', async ({ page }) => {
  await open(page, { hash: lab('nodeport', '&step=0') })
  await page.evaluate(() => (window as unknown as { packetwalk: { killWorker(): void } }).packetwalk.killWorker())
  await quiet(page)
  await toRewrite(page)
  await expect(column(page, /^KUBE-SERVICES/)).toBeVisible()
})

test('on a phone the chains stand under the step', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await open(page, { hash: lab('minikube-three-nginx', '&step=0') })
  await page.locator('.step-list .stop[data-mark="nat"] > button').first().click()
  await quiet(page)
  const list = chains(page).locator('.chain-list > li')
  await expect(list.locator('h3')).toHaveText(['PREROUTING', 'KUBE-SERVICES', 'KUBE-SVC-V2OKYYMBY3REGZOG', /^KUBE-SEP-/])
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(wide).toBeLessThanOrEqual(0)
})

for (const theme of ['light', 'dark']) {
  test(`axe finds nothing serious in the chains, ${theme}${theme === 'light' ? '' : ' @heavy'}`, async ({ page }) => {
    test.slow()
    await open(page, { hash: lab('nodeport', '&step=0'), search: `still&theme=${theme}` })
    for (const stop of [0, 1]) {
      await toRewrite(page, stop)
      await chains(page).locator('.chain-row[data-row="no"]').first().press('Enter')
      await page.keyboard.press('ArrowDown')
      await quiet(page)
      const { violations } = await axe(page).include('.page').analyze()
      const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
      expect(serious.map((v) => ({ id: v.id, nodes: v.nodes.map((n) => n.html.slice(0, 160)) }))).toEqual([])
    }
  })
}

test('no text of the columns is cut or lies on another, in either language @heavy', async ({ page }) => {
  test.slow()
  for (const lang of ['en', 'zh']) {
    await open(page, { hash: lab('nodeport', '&step=0'), search: `still&lang=${lang}` })
    for (const stop of [0, 1]) {
      await toRewrite(page, stop)
      const cut = await chains(page).evaluate((root) =>
        [...root.querySelectorAll<HTMLElement>('.chain-row, .chain-column h3, .chain-column .sub, .chain-column .remark, .chain-column dd')]
          .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
          .map((e) => `${e.className}: ${e.textContent?.slice(0, 80)}`),
      )
      expect(cut).toEqual([])
    }
  }
})

for (const [mode, stops] of [
  ['nftables', [0, 1]],
  ['ipvs', [0, 1]],
] as const) {
  test(`${mode}: nothing serious for axe, no text cut, both themes and languages, on a phone nothing wider than it @heavy`, async ({
    page,
  }) => {
    test.slow()
    for (const [theme, lang] of [
      ['light', 'zh'],
      ['dark', 'en'],
    ]) {
      await open(page, { hash: lab('nodeport', '&step=0'), search: `still&theme=${theme}&lang=${lang}` })
      await page.getByRole('combobox', { name: /^kube-proxy (mode|模式)$/ }).selectOption(mode)
      await quiet(page)
      for (const stop of stops) {
        await toRewrite(page, stop)
        const cut = await chains(page).evaluate((root) =>
          [
            ...root.querySelectorAll<HTMLElement>(
              '.chain-row, .chain-column h3, .chain-column .sub, .chain-column .remark, .chain-column dd',
            ),
          ]
            .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
            .map((e) => `${e.className}: ${e.textContent?.slice(0, 80)}`),
        )
        expect(cut).toEqual([])
        const { violations } = await axe(page).include('.page').analyze()
        const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
        expect(serious.map((v) => ({ id: v.id, nodes: v.nodes.map((n) => n.html.slice(0, 160)) }))).toEqual([])
      }
      await page.setViewportSize({ width: 390, height: 844 })
      await quiet(page)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
      await page.setViewportSize({ width: 1280, height: 800 })
    }
  })
}

test('a program of eBPF has columns too: its maps with what was found, who wrote an entry, and that nobody has run it @heavy', async ({
  page,
}) => {
  test.slow()
  await page.setViewportSize({ width: 1600, height: 900 })
  await open(page, { hash: lab('clusterip-cross-node') })
  await page.getByRole('group', { name: 'kube-proxy mode', exact: true }).getByRole('button', { name: 'eBPF' }).click()
  await quiet(page)
  await expect(page.locator('.result')).toContainText('Cilium: read from source, never run')
  await page.getByRole('tab', { name: 'All steps' }).click()
  await page.locator('.step-list .stop > button').first().click()
  await quiet(page)
  await expect(column(page, /^cil_sock4_sendmsg/)).toContainText('Is this address a Service?')
  const backends = column(page, /^cilium_lb4_backends_v3/)
  await expect(backends.locator('[data-row="key"] .badge')).toHaveText('3')
  await expect(page.locator('.bpf-places')).toContainText('3 map look-ups')
  await expect(page.locator('.bpf-places li[data-state="past"]')).toHaveText(['PREROUTING', 'FORWARD', 'POSTROUTING'])
  await backends.locator('.chain-row[data-row="other"]').first().click()
  const card = inspector(page).getByRole('region', { name: 'An entry beside the way' })
  await expect(card).toContainText('cilium-agent wrote this for one endpoint')
  // a hexagon on the stage leads to the next run of its programs
  await page.locator('.pw-program', { hasText: 'cil_from_container' }).first().click()
  await quiet(page)
  await expect(column(page, /^cil_from_container/)).toBeVisible()
})

test('on a low screen the chains open with room, and lie over the whole page when asked, by key and by button @heavy', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 })
  await open(page, { hash: lab('cilium-kube-proxy-free', '&step=2') })
  await page.keyboard.press('c')
  await quiet(page)
  const frame = page.locator('.chain-frame')
  await expect.poll(async () => (await frame.boundingBox())?.height ?? 0).toBeGreaterThan(200)
  await page.keyboard.press('Shift+C')
  await expect.poll(async () => (await frame.boundingBox())?.width ?? 0).toBeGreaterThan(1200)
  // all columns of this program at once, and nothing that lies under them can be reached
  await expect(column(page, /^on the wire/)).toBeInViewport({ ratio: 0.9 })
  await expect(page.getByRole('tab', { name: 'cluster', exact: true })).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('tab', { name: /^cluster/ })).toBeVisible()
  await page.getByRole('button', { name: 'Show the chains over the whole page' }).click()
  await expect.poll(async () => (await frame.boundingBox())?.width ?? 0).toBeGreaterThan(1200)
  expect((await axe(page).include('.chains').analyze()).violations.map((one) => one.id)).toEqual([])
})
