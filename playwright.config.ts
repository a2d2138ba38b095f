import { createServer } from 'node:net'
import { defineConfig } from 'playwright/test'
import { launchOptions } from './scripts/browser.mjs'

/** A port that nobody uses: several people may run the tests of one machine at once. */
const freePort = (): Promise<number> =>
  new Promise((done, failed) => {
    const server = createServer()
    server.on('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? done(address.port) : failed()))
    })
  })

// Test workers load this file too, with the environment of the first process: they must agree on the port.
process.env['PACKETWALK_TEST_PORT'] ??= String(await freePort())
const port = process.env['PACKETWALK_TEST_PORT']
const address = `http://127.0.0.1:${port}/packetwalk/`
const inCi = process.env['CI'] === 'true'
const heavy = process.env['PACKETWALK_HEAVY'] === '1'
const report = process.env['PLAYWRIGHT_JSON_OUTPUT_FILE']

export default defineConfig({
  testDir: 'e2e/browser',
  outputDir: 'test-results',
  ...(heavy ? { grep: /@heavy/ } : { grepInvert: /@heavy/ }),
  forbidOnly: inCi,
  retries: inCi ? 1 : 0,
  ...(inCi ? { workers: 2 } : {}),
  timeout: 30_000,
  reporter: report === undefined ? [['list']] : [['list'], ['json', { outputFile: report }]],
  use: {
    baseURL: address,
    browserName: 'chromium',
    launchOptions: launchOptions(),
    locale: 'en-US',
    timezoneId: 'UTC',
    colorScheme: 'light',
    viewport: { width: 1280, height: 800 },
    // A trace of every test costs a third of the whole run: `npx playwright test FILE --trace on` records one.
    trace: inCi ? 'on-first-retry' : 'off',
    screenshot: 'only-on-failure',
    // Video needs a download of its own.
    video: 'off',
  },
  // The built page under a sub-path, as a project page is served. `npm run test:browser` builds it first.
  webServer: {
    command: `node scripts/serve.mjs /packetwalk/ ${port}`,
    url: address,
    reuseExistingServer: false,
  },
})
