import { expect, type Page, test } from 'playwright/test'
import { axe, command, inspector, lab, open, outcome, quiet, scrub, toFirstRewrite } from './visitor.ts'

/** What a visitor does to come to a state of the page; axe looks after each. */
type Reach = readonly [state: string, act: (page: Page) => Promise<void>]

interface Screen {
  readonly name: string
  readonly size?: readonly [width: number, height: number]
  readonly lab?: string
  readonly states: readonly Reach[]
}

const asItOpens: Reach = ['as it opens', async () => {}]

const dialog = (name: string, act: (page: Page) => Promise<void>): Reach => [
  name,
  async (page) => {
    await page.keyboard.press('Escape')
    // until the one before is gone, its input has the keys
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await act(page)
    await expect(page.getByRole('dialog')).toBeVisible()
    await quiet(page)
  },
]

const screens: readonly Screen[] = [
  {
    name: 'explorer',
    lab: 'clusterip-cross-node',
    states: [asItOpens, ['at a rewrite', toFirstRewrite]],
  },
  { name: 'a walk that failed', lab: 'no-endpoints', states: [asItOpens] },
  { name: 'wide, with all switches', size: [1920, 1080], states: [asItOpens] },
  {
    name: 'dialogs',
    states: [
      dialog('palette', (page) => page.keyboard.press('ControlOrMeta+k')),
      dialog('share', (page) => page.keyboard.press('s')),
      dialog('keys', (page) => page.keyboard.press('?')),
      dialog('labs', (page) => page.locator('.lab-picker .square').click()),
      dialog('script', (page) => command(page, 'linux')),
    ],
  },
  {
    name: 'folded',
    states: [
      [
        'all panes',
        async (page) => {
          for (const key of ['m', 'i', 'c', 't']) await page.keyboard.press(key)
          await quiet(page)
        },
      ],
    ],
  },
  {
    name: 'phone',
    size: [390, 844],
    states: [
      asItOpens,
      ['the question', (page) => page.locator('.probe-line > button').click()],
      ['the text', (page) => page.getByRole('button', { name: 'Edit' }).click()],
    ],
  },
]

for (const theme of ['light', 'dark']) {
  for (const { name, size = [1280, 800], lab: slug = 'nodeport', states } of screens) {
    test(`axe finds nothing: ${name}, ${theme}${theme === 'light' ? '' : ' @heavy'}`, async ({ page }) => {
      test.slow(states.length > 2)
      await page.setViewportSize({ width: size[0], height: size[1] })
      await open(page, { search: `still&theme=${theme}`, hash: lab(slug) })
      if (size[0] > 760) await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible({ timeout: 20_000 })
      for (const [state, act] of states) {
        await act(page)
        const { violations } = await axe(page).analyze()
        expect(
          violations.map((v) => ({ id: v.id, impact: v.impact, nodes: v.nodes.map((n) => n.html.slice(0, 160)) })),
          state,
        ).toEqual([])
      }
    })
  }
}

// The steps of CNI ADD scroll, and beside them stand the devices; a phone shows one under the other.
for (const [theme, size] of [
  ['light', [1280, 800]],
  ['dark', [390, 844]],
] as const) {
  test(`axe finds nothing: how a Pod gets its network, ${theme}${theme === 'light' ? '' : ' @heavy'}`, async ({ page }) => {
    await page.setViewportSize({ width: size[0], height: size[1] })
    await open(page, { search: `still&theme=${theme}`, hash: lab('clusterip-cross-node') })
    await command(page, 'cni add')
    const sheet = page.getByRole('dialog', { name: 'How a Pod gets its network' })
    const found = async (): Promise<readonly string[]> => (await axe(page).analyze()).violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)
    await sheet.getByRole('button', { name: /eth0 gets/ }).click()
    expect(await found()).toEqual([])
    await sheet.getByRole('button', { name: 'DEL', exact: true }).click()
    await expect(sheet.getByRole('button', { name: /StopPodSandbox/ })).toBeVisible()
    expect(await found()).toEqual([])
  })
}

/** Presses Tab until the focus is on what is meant; a visitor would not go round for ever. */
const tabTo = async (page: Page, name: string | RegExp, role: 'button' | 'combobox' | 'textbox' | 'slider'): Promise<void> => {
  const wanted = page.getByRole(role, { name, exact: typeof name === 'string' }).first()
  for (let i = 0; i < 90; i += 1) {
    if (await wanted.evaluate((e) => e === document.activeElement).catch(() => false)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${name} is not reached by Tab`)
}

test('the main job by keyboard alone: open a lab, ask, step to the rewrite, read it, share it', async ({ page, context }) => {
  test.slow()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await open(page, { hash: lab('clusterip-cross-node') })
  await tabTo(page, 'Lab', 'combobox')
  await page.keyboard.type('Three')
  await quiet(page)
  await expect(page).toHaveTitle(/Three nginx/)

  await tabTo(page, 'To', 'combobox')
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('http://10.101.57.97:80/')
  await page.keyboard.press('Enter')
  await quiet(page)
  await expect(outcome(page)).toHaveText('200 OK')

  await tabTo(page, 'Send', 'button')
  await page.keyboard.press('Home')
  expect(await scrub(page).inputValue()).toBe('0')
  for (let i = 0; i < 40 && (await inspector(page).locator('ins').count()) === 0; i += 1) await page.keyboard.press('ArrowRight')
  await expect(inspector(page).locator('ins').first()).toBeVisible()
  await page.keyboard.press('ArrowDown')

  await page.keyboard.press('s')
  await expect(page.getByRole('dialog', { name: 'Share this step' })).toBeVisible()
  await tabTo(page, 'Copy link', 'button')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Copied.').first()).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('lab=minikube-three-nginx')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})
