import { expect, type Locator, type Page, test } from 'playwright/test'
import { axe, lab, open, quiet, watch } from './visitor.ts'

const stage = (page: Page): Locator => page.locator('.pw-stage')
const world = (page: Page): Locator => stage(page).locator('.pw-world')
const door = (page: Page, name: RegExp): Locator => stage(page).getByRole('button', { name })
const path = (page: Page): Locator => page.getByRole('navigation', { name: /^(What the stage shows|画面所示)$/ })
const level = async (page: Page, name: string): Promise<void> => {
  await quiet(page)
  await expect(stage(page)).toHaveAttribute('data-level', name)
}

/** What the camera does now: scale and place. */
const camera = async (page: Page): Promise<{ readonly k: number; readonly x: number; readonly y: number }> => {
  await quiet(page)
  const [x = 0, y = 0, k = 0] = ((await world(page).getAttribute('transform')) ?? '').match(/-?[\d.]+/g)?.map(Number) ?? []
  return { k, x, y }
}

/** Is the packet's dot within the frame? */
const packetSeen = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const [dot, frame] = ['.pw-stage [data-packet] .pw-packet', '.pw-stage .pw-frame'].map((s) =>
      document.querySelector(s)?.getBoundingClientRect(),
    )
    if (dot === undefined || frame === undefined) return false
    return dot.left > frame.left && dot.right < frame.right && dot.top > frame.top && dot.bottom < frame.bottom
  })

test('by keyboard: into a node, into a veth pair, and all the way back', async ({ page }) => {
  test.slow()
  const { complaints } = watch(page)
  await open(page, { hash: lab('clusterip-cross-node', '&step=0') })
  await level(page, 'cluster')
  await door(page, /^Zoom to node-1$/).press('Enter')
  await level(page, 'node')
  await expect(path(page)).toContainText('cluster')
  await expect(path(page).locator('[aria-current]')).toHaveText('node-1')
  // The other node is folded, and a door too.
  await expect(door(page, /^Zoom to node-2$/)).toHaveCount(1)
  await expect(stage(page).locator('[data-role="node"]')).toHaveCount(1)

  await door(page, /^Open the veth pair of default\/client$/).press('Enter')
  await level(page, 'pair')
  const picture = stage(page).getByRole('img')
  for (const text of [
    'eth0@if',
    '@if2',
    'ifindex 2 · MTU 1450',
    'master cni0',
    'hairpin on',
    'bridge fdb show br cni0',
    'default via 10.244.1.1 dev eth0',
  ])
    await expect(picture).toContainText(text)
  const { violations } = await axe(page).include('.pw-stage').analyze()
  expect(violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id)).toEqual([])

  // From the pair to how it was made.
  await path(page).getByRole('button', { name: 'CNI ADD' }).click()
  await expect(page.getByRole('dialog').getByRole('combobox')).toHaveValue('default/client')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await path(page).locator('[aria-current]').focus()

  // One level up at a time, then the whole cluster at once.
  await expect(path(page).locator('[aria-current]')).toBeFocused()
  await page.keyboard.press('Escape')
  await level(page, 'node')
  // The focus is back on the door.
  await expect(door(page, /^Open the veth pair of default\/client$/)).toBeFocused()
  await page.keyboard.press('Escape')
  await level(page, 'cluster')
  await door(page, /^Open the veth pair of default\/client$/).press(' ')
  await level(page, 'pair')
  await page.keyboard.press('0')
  await level(page, 'cluster')
  expect(complaints).toEqual([])
})

test('keys and buttons zoom and fit; the packet stays in sight; the pair lights what the packet asked', async ({ page }) => {
  test.slow()
  await open(page, { hash: lab('clusterip-cross-node', '&step=0') })
  expect(await camera(page)).toEqual({ k: 1, x: 0, y: 0 })
  await page.keyboard.press('+')
  expect((await camera(page)).k).toBeCloseTo(1.4, 2)
  await page.getByRole('button', { name: 'Zoom in (+)' }).click()
  await page.getByRole('button', { name: 'Zoom in (+)' }).click()
  const near = await camera(page)
  expect(near.k).toBeCloseTo(2.744, 2)
  await page.keyboard.press('Control+ArrowRight')
  expect((await camera(page)).x).toBeLessThan(near.x)
  for (let i = 0; i < 9; i++) {
    await page.keyboard.press('ArrowRight')
    await quiet(page)
    expect(await packetSeen(page), `stop ${i + 1}`).toBe(true)
  }
  await page.keyboard.press('Escape')
  expect((await camera(page)).k).toBe(1)

  // Over the wire the eye goes along to the next node.
  await door(page, /^Zoom to node-1$/).click()
  await level(page, 'node')
  await page.getByRole('tab', { name: 'All steps' }).click()
  await page.locator('.step-list .stop[data-mark="encap"] > button').first().click()
  await quiet(page)
  await expect(path(page).locator('[aria-current]')).toHaveText('node-1')
  for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowRight')
  await quiet(page)
  await expect(path(page).locator('[aria-current]')).toHaveText('node-2')
  await page.keyboard.press('0')
  await level(page, 'cluster')

  await door(page, /default\/client$/).click()
  await level(page, 'pair')
  await page.locator('.step-list .stop[data-mark="nat"] > button').first().click()
  await quiet(page)
  await expect(stage(page).locator('.pw-box-row').first()).toBeAttached()
  await expect(stage(page).locator('.pw-box-bar')).not.toHaveCount(0)
  // An edit that leaves the Pod in place leaves it on stage; another lab begins with its cluster.
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await level(page, 'pair')
  await page.getByRole('combobox', { name: 'Lab' }).selectOption('nodeport')
  await level(page, 'cluster')
})

test('by mouse: wheel, drag, double click; in motion the same', async ({ page }) => {
  test.slow()
  await open(page, { hash: lab('clusterip-cross-node', '&step=0'), search: '' })
  const frame = await stage(page).locator('.pw-frame').boundingBox()
  if (frame === null) throw new Error('no stage')
  const [x, y] = [frame.x + frame.width / 2, frame.y + frame.height / 2]
  await page.mouse.move(x, y)
  // A plain wheel is not ours where all is seen.
  await page.mouse.wheel(0, 200)
  expect((await camera(page)).k).toBe(1)
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, -100)
  await page.mouse.wheel(0, -100)
  await page.keyboard.up('Control')
  await expect.poll(async () => (await camera(page)).k).toBeGreaterThan(1.5)
  const before = await camera(page)
  await page.mouse.down()
  await page.mouse.move(x + 60, y + 40, { steps: 4 })
  await page.mouse.up()
  const after = await camera(page)
  expect(after.x).toBeGreaterThan(before.x + 40)
  await page.getByRole('button', { name: 'Fit to the stage (0)' }).click()
  await expect.poll(async () => (await camera(page)).k).toBe(1)
  const node = await stage(page).locator('[data-role="kernel"][data-netns="node-2"]').boundingBox()
  if (node === null) throw new Error('no node-2')
  await page.mouse.dblclick(node.x + node.width - 30, node.y + node.height / 2 + 20)
  await level(page, 'node')
  await expect(path(page).locator('[aria-current]')).toHaveText('node-2')
  await path(page).getByRole('button', { name: 'cluster' }).click()
  await level(page, 'cluster')
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true })
  test('the list gives way to a map that a finger moves', async ({ page }) => {
    await open(page, { hash: lab('clusterip-cross-node', '&step=0'), search: 'still&lang=zh' })
    await page.getByRole('button', { name: '地图' }).click()
    await quiet(page)
    expect(await packetSeen(page)).toBe(true)
    await page.getByRole('button', { name: '放大（+）' }).tap()
    expect((await camera(page)).k).toBeCloseTo(1.4, 2)
    await door(page, /default\/client/).tap()
    await level(page, 'pair')
    await expect(stage(page).getByRole('img')).toContainText('hairpin on')
    await page.getByRole('button', { name: '列表' }).click()
    await expect(page.locator('.step-list [aria-current="step"]')).toBeVisible()
  })
})
