import { absolute } from '../dns/name.ts'
import type { CLibrary, EaiError, Fared, SearchEnd } from './library.ts'
import { parseResolvConf, type ResolvConf } from './resolvconf.ts'

const errorOf = (fared: Fared): EaiError => {
  switch (fared) {
    case 'nodata':
    case 'found':
      return 'EAI_NODATA'
    case 'nxdomain':
      return 'EAI_NONAME'
    case 'servfail':
    case 'timeout':
    case 'refused':
      return 'EAI_AGAIN'
    case 'failed':
      return 'EAI_FAIL'
  }
}

/**
 * The order of names of __res_context_search (glibc 2.36 resolv/res_query.c): the name first when it has ndots dots, then each
 * search domain, then the name if it was not asked yet. NODATA and SERVFAIL go on; a time-out skips the rest of the list; a
 * refused connection ends everything.
 */
function* search(name: string, conf: ResolvConf): Generator<string, SearchEnd, Fared> {
  const dots = name.split('.').length - 1
  const final = name.endsWith('.')
  let asIs: Fared | undefined
  if (dots >= conf.ndots || final) {
    asIs = yield absolute(name)
    if (asIs === 'found') return 'found'
    if (final) return errorOf(asIs)
  }
  let last: Fared | undefined
  let nodata = false
  let servfail = false
  let root = false
  for (const domain of conf.search) {
    const below = domain.replace(/^\./, '')
    if (below === '') root = true
    last = yield absolute(below === '' ? name : `${name}.${below}`)
    if (last === 'found') return 'found'
    if (last === 'refused') return 'EAI_AGAIN'
    if (last === 'nodata') nodata = true
    if (last === 'servfail') servfail = true
    if (last === 'timeout' || last === 'failed') break
  }
  if (asIs === undefined && !root) {
    last = yield absolute(name)
    if (last === 'found') return 'found'
  }
  if (asIs !== undefined) return errorOf(asIs)
  if (nodata) return 'EAI_NODATA'
  if (servfail) return 'EAI_AGAIN'
  return errorOf(last ?? 'nxdomain')
}

export const glibc: CLibrary = { name: 'glibc', conf: parseResolvConf, search, servers: 'in-turn' }

/** send_dg: seconds for server number `server` of a round; they double from server to server and are shared out among them. */
export const patience = (conf: ResolvConf, server: number): number =>
  Math.max(1, server === 0 ? conf.timeout : Math.floor((conf.timeout * 2 ** server) / conf.nameservers.length))
