import { askAll } from './dns-command.ts'

// A fifth of them; all of them in dns-command.heavy.test.ts.
askAll((n) => n % 5 === 0)
