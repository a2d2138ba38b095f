import { askRoutes } from './httproute.ts'

// Each of them through the command line too: httproute-vectors.heavy.test.ts.
askRoutes(false)
