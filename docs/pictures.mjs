// Takes the pictures of the READMEs from the built page: `npm run build && node docs/pictures.mjs [FOLDER]`.
import { join } from 'node:path'
import { chromium } from 'playwright'
import { launchOptions } from '../scripts/browser.mjs'
import { dist } from '../scripts/build.mjs'
import { serve } from '../scripts/serve.mjs'

const pictures = [
  { file: 'explorer.png', look: 'lang=en&theme=light', steps: 'All steps' },
  { file: 'explorer-dark-zh.png', look: 'lang=zh&theme=dark', steps: '全部步骤' },
]

const [folder = dist] = process.argv.slice(2)
const address = await serve({ folder, port: 4300, tries: 50 })
const browser = await chromium.launch(launchOptions())
for (const { file, look, steps } of pictures) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US', timezoneId: 'UTC' })
  const quiet = () => page.waitForFunction(() => /** @type {any} */ (window).packetwalk?.quiet() === true)
  await page.goto(`${address}?still&${look}#v=1&lab=clusterip-cross-node&step=0`)
  await quiet()
  await page.locator('.monaco-editor .view-line').first().waitFor()
  // The first rewrites of this lab are those of the DNS query: the DNAT of the connection is the first one to port 8080.
  await page.getByRole('tab', { name: steps }).click()
  await page.locator('.step-list .stop[data-mark="nat"] > button', { hasText: ':8080' }).first().click()
  await page
    .getByRole('tab', { name: /^(Step|第) / })
    .first()
    .click()
  await quiet()
  await page.mouse.move(0, 0)
  await page.screenshot({ path: join(import.meta.dirname, file) })
  await page.close()
  console.log(file)
}
await browser.close()
process.exit(0)
