// Biome for style and most mistakes; oxlint for three rules that need types across files.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './fresh.mjs'

const paths = process.argv.slice(2)
const runs = [
  ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--max-diagnostics=50', '--no-errors-on-unmatched', ...paths],
  ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings', '--no-error-on-unmatched-pattern', ...paths],
]
let failed = false
for (const [file = '', ...args] of runs) {
  const { status } = spawnSync(process.execPath, [join(root, file), ...args], { cwd: root, stdio: 'inherit' })
  failed ||= status !== 0
}
process.exit(failed ? 1 : 0)
