import { Late } from '../../../trace/late.ts'
import type { Plugin } from '../chain.ts'
import { cache } from './cache.ts'
import { forward } from './forward.ts'
import { kubernetes } from './kubernetes.ts'
import { loadbalance } from './loadbalance.ts'
import { aside, watcher } from './quiet.ts'

/** Plugins that stand in few Corefiles: they come when one names them. */
const SELDOM: Readonly<Record<string, Late<Plugin>>> = {
  autopath: new Late(async () => (await import('./autopath.ts')).autopath),
  file: new Late(async () => (await import('./file.ts')).file),
  hosts: new Late(async () => (await import('./hosts.ts')).hosts),
  rewrite: new Late(async () => (await import('./rewrite.ts')).rewrite),
  template: new Late(async () => (await import('./template.ts')).template),
}

/** For who loads all parts. */
export const pluginParts: readonly Late<Plugin>[] = Object.values(SELDOM)

/** Plugins that are modelled. Any other one of CoreDNS is named aloud when a query would reach it. */
export const plugins: readonly Plugin[] = [
  // Listeners and settings of the server.
  ...['health', 'ready', 'reload', 'pprof', 'debug', 'timeouts', 'multisocket'].map(aside),
  ...['prometheus', 'errors', 'log', 'metadata', 'trace', 'dnstap', 'loop'].map(watcher),
  cache,
  forward,
  kubernetes,
  loadbalance,
  ...Object.entries(SELDOM).map(([name, part]): Plugin => ({ name, setup: (lines, place) => part.get().setup(lines, place) })),
]
