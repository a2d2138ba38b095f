import type { ResolvConf } from './resolvconf.ts'

/** How one name fared. `refused`: nobody answered and the kernel said so (ECONNREFUSED). `failed`: not even asked. */
export type Fared = 'found' | 'nxdomain' | 'nodata' | 'servfail' | 'timeout' | 'refused' | 'failed'
export type EaiError = 'EAI_NONAME' | 'EAI_NODATA' | 'EAI_AGAIN' | 'EAI_FAIL'
export type SearchEnd = 'found' | EaiError

export type LibraryName = 'glibc' | 'musl'

/** What differs between C libraries. */
export interface CLibrary {
  readonly name: LibraryName
  /** /etc/resolv.conf as it reads it. */
  conf(text: string): ResolvConf
  /** Names to ask, absolute, one after the other; each is told how it fared. */
  search(name: string, conf: ResolvConf): Generator<string, SearchEnd, Fared>
  /** Servers one after the other (glibc's res_nsend), or all of them at once (musl's res_msend). */
  readonly servers: 'in-turn' | 'at-once'
}

/** The next name, given how all earlier ones fared; a search is a pure function of that. */
export function nextName(
  library: CLibrary,
  name: string,
  conf: ResolvConf,
  fared: readonly Fared[],
): { readonly ask: string } | { readonly end: SearchEnd } {
  const run = library.search(name, conf)
  let step = run.next()
  for (const one of fared) {
    if (step.done) break
    step = run.next(one)
  }
  return step.done ? { end: step.value } : { ask: step.value }
}
