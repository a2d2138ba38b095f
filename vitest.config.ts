import { configDefaults, defineConfig } from 'vitest/config'
import { makeSchema } from './scripts/schema.mjs'

makeSchema()

const heavy = process.env['PACKETWALK_HEAVY'] === '1'

export default defineConfig({
  test: {
    environment: 'node',
    setupFiles: ['src/testing/setup.ts'],
    // Heavy tests (soak, fuzz) run with `npm run test:all` only; properties run there once more, and more often (src/testing/rounds.ts).
    include: heavy
      ? ['src/**/*.heavy.test.ts', 'src/**/*property*.test.ts', 'app/**/*.heavy.test.{ts,tsx}']
      : ['src/**/*.test.ts', 'app/**/*.test.{ts,tsx}'],
    exclude: heavy ? configDefaults.exclude : [...configDefaults.exclude, '**/*.heavy.test.{ts,tsx}'],
    maxWorkers: '100%',
    // The engine is pure: files may share its modules, which spares each of them the reading and compiling (91 s of CPU became 54 s).
    pool: 'threads',
    isolate: false,
    testTimeout: 20_000,
    passWithNoTests: heavy,
  },
})
