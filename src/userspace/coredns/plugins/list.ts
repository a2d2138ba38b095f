import type { Plugin } from '../chain.ts'
import { cache } from './cache.ts'
import { forward } from './forward.ts'
import { kubernetes } from './kubernetes.ts'
import { loadbalance } from './loadbalance.ts'
import { aside, watcher } from './quiet.ts'

/** Plugins that are modelled. Any other one of CoreDNS is named aloud when a query would reach it. */
export const plugins: readonly Plugin[] = [
  aside('health'),
  aside('ready'),
  aside('reload'),
  aside('pprof'),
  aside('debug'),
  watcher('prometheus'),
  watcher('errors'),
  watcher('log'),
  watcher('loop'),
  cache,
  forward,
  kubernetes,
  loadbalance,
]
