import type { Plugin } from '../chain.ts'
import { autopath } from './autopath.ts'
import { cache } from './cache.ts'
import { file } from './file.ts'
import { forward } from './forward.ts'
import { hosts } from './hosts.ts'
import { kubernetes } from './kubernetes.ts'
import { loadbalance } from './loadbalance.ts'
import { aside, watcher } from './quiet.ts'
import { rewrite } from './rewrite.ts'
import { template } from './template.ts'

/** Plugins that are modelled. Any other one of CoreDNS is named aloud when a query would reach it. */
export const plugins: readonly Plugin[] = [
  // Listeners and settings of the server.
  ...['health', 'ready', 'reload', 'pprof', 'debug', 'timeouts', 'multisocket'].map(aside),
  ...['prometheus', 'errors', 'log', 'metadata', 'trace', 'dnstap', 'loop'].map(watcher),
  autopath,
  cache,
  file,
  forward,
  hosts,
  kubernetes,
  loadbalance,
  rewrite,
  template,
]
