import { expect, test } from 'playwright/test'

test('the built page comes up under a sub-path, without an error and without asking another host', async ({ page }) => {
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

  await page.goto('./')

  await expect(page).toHaveTitle(/Packetwalk/)
  await expect(page.locator('#root')).not.toBeEmpty()
  await expect(page.locator('meta[http-equiv="Content-Security-Policy"]')).toHaveCount(1)
  expect(complaints).toEqual([])
  expect(strangers).toEqual([])
})
