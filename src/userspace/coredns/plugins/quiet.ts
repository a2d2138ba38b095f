import type { Plugin } from '../chain.ts'

/** Plugins that do not sit in the chain of queries at all. */
export const aside = (name: string): Plugin => ({ name, setup: () => ({ handler: undefined }) })

/** Plugins that see every query and change no answer. */
export const watcher = (name: string): Plugin => ({ name, setup: () => ({ handler: (query, next) => next(query) }) })
