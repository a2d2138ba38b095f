// The last line of .ci/run: what all test runners counted, added up. Fails if none counted anything.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder = ''] = process.argv.slice(2)
const total = { passed: 0, failed: 0, skipped: 0, flaky: 0 }
for (const name of readdirSync(folder).filter((file) => file.endsWith('.counts'))) {
  /** @type {typeof total} */
  const counts = JSON.parse(readFileSync(join(folder, name), 'utf8'))
  total.passed += counts.passed
  total.failed += counts.failed
  total.skipped += counts.skipped
  total.flaky += counts.flaky
}
if (total.flaky > 0) console.log(`flaky: ${total.flaky} passed only at a second try`)
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`)
if (total.passed + total.failed === 0) process.exit(1)
