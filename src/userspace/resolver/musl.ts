import { absolute } from '../dns/name.ts'
import type { CLibrary, Fared, SearchEnd } from './library.ts'
import { parseMuslConf } from './resolvconf.ts'

const DOTTED = /\.\.$|^\.$/

/**
 * The order of names of musl 1.2.3 (src/network/lookup_name.c, name_from_dns_search): with fewer dots than ndots each search domain,
 * then the name; else the name alone. Anything but NXDOMAIN ends the search: NODATA is "no such name", no answer is EAI_AGAIN.
 */
function* search(name: string, conf: { readonly ndots: number; readonly search: readonly string[] }): Generator<string, SearchEnd, Fared> {
  if (DOTTED.test(name)) return 'EAI_NONAME'
  const dots = name.split('.').length - 1
  const listed = dots >= conf.ndots || name.endsWith('.') ? [] : conf.search
  for (const domain of [...listed, '']) {
    const fared = yield absolute(domain === '' ? name : `${name}.${domain}`)
    switch (fared) {
      case 'found':
        return 'found'
      case 'nodata':
        return 'EAI_NONAME'
      case 'servfail':
      case 'timeout':
      case 'refused':
        return 'EAI_AGAIN'
      case 'failed':
        // A name that cannot be put in a query is passed over.
        break
      case 'nxdomain':
        break
    }
  }
  return 'EAI_NONAME'
}

export const musl: CLibrary = { name: 'musl', conf: parseMuslConf, search, servers: 'at-once' }
