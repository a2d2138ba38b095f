import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Locator, type Page, test } from 'playwright/test'

/** Waits until the page says that nothing is asked, nothing moves and every font is there. */
export const quiet = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => 'packetwalk' in window && (window.packetwalk as { quiet(): boolean }).quiet())
}

interface Visit {
  readonly hash?: string
  /** Of the address, without `?`: `still&lang=zh`. */
  readonly search?: string
}

/** Opens the page anew with every animation at its last frame, and waits until it is quiet. */
export const open = async (page: Page, { hash = '', search = 'still' }: Visit = {}): Promise<void> => {
  // An address that differs in its hash alone would leave the old lab on screen, and quiet, until the page hears of the change.
  if (page.url() !== 'about:blank') await page.goto('about:blank')
  await page.goto(`./?${search}${hash === '' ? '' : `#${hash}`}`)
  await quiet(page)
}

export const lab = (slug: string, rest = ''): string => `v=1&lab=${slug}${rest}`

/** What the page complains of and whom else it asks, from now on. */
export const watch = (page: Page): { readonly complaints: string[]; readonly strangers: string[] } => {
  const complaints: string[] = []
  const strangers: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  const home = new URL(test.info().project.use.baseURL ?? '')
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.protocol.startsWith('http') && url.host !== home.host) strangers.push(request.url())
  })
  return { complaints, strangers }
}

export const inspector = (page: Page): Locator => page.getByRole('region', { name: /^(Inspector|详情)$/ })
export const scrub = (page: Page): Locator => page.getByRole('slider', { name: /^(Place in the walk|在整段行程中的位置)$/ })
export const outcome = (page: Page): Locator => page.locator('.probe-bar .outcome')

/** Puts a text in place of another one in the open file, as a visitor would: select all, paste. */
export const replaceInEditor = async (page: Page, change: (text: string) => string): Promise<void> => {
  await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible({ timeout: 20_000 })
  await page.locator('.monaco-editor').getByRole('textbox').first().focus()
  const text = await openText(page)
  await page.keyboard.press('ControlOrMeta+A')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate((next) => navigator.clipboard.writeText(next), change(text))
  await page.keyboard.press('ControlOrMeta+V')
  await expect.poll(() => openText(page)).toBe(change(text))
  await quiet(page)
}

/** The text of the open file as the page keeps it in its address or the gallery. */
export const openText = (page: Page): Promise<string> => {
  return page.evaluate(() => (window as unknown as { packetwalk: { text(): string } }).packetwalk.text())
}

/** The station list: one string for each stop, and the current one's place in it. */
export const stops = async (page: Page): Promise<readonly string[]> => {
  await page.getByRole('tab', { name: /^(All steps|全部步骤)$/ }).click()
  const names = await page.locator('.step-list .stop .name').allInnerTexts()
  await page.getByRole('tab', { name: /^(Step|第) / }).click()
  return names
}

/** Presses → until the inspector shows a rewritten address. */
export const toFirstRewrite = async (page: Page): Promise<void> => {
  await page.getByRole('tab', { name: /^(All steps|全部步骤)$/ }).click()
  await page.locator('.step-list .stop[data-mark="nat"] > button').first().click()
  await page.getByRole('tab', { name: /^(Step|第) / }).click()
  await quiet(page)
}

export interface Dropped {
  readonly name: string
  readonly text: string
  readonly size?: number
}

/** Drops files on the page as a file manager does. */
export const drop = async (page: Page, files: readonly Dropped[]): Promise<void> => {
  await page.evaluate((list) => {
    const data = new DataTransfer()
    for (const { name, text, size } of list) data.items.add(new File([size === undefined ? text : new Uint8Array(size)], name))
    for (const kind of ['dragenter', 'dragover', 'drop']) {
      document.querySelector('.centre')?.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }))
    }
  }, files)
  await expect(page.locator('.drop-zone')).toHaveCount(0)
}

/** Looks for what keeps people out. The page has no frame of another origin, so axe needs no second page to put its findings together: that costs more than the look itself. */
export const axe = (page: Page): AxeBuilder => new AxeBuilder({ page }).setLegacyMode(true)

/** Finds a command by its words and runs it. The palette's part comes late: what is typed before it is there goes nowhere. */
export const command = async (page: Page, words: string): Promise<void> => {
  await page.keyboard.press('ControlOrMeta+k')
  await expect(page.getByRole('combobox', { name: /^(Commands|命令面板)$/ })).toBeFocused()
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
}
