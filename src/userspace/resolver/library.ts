import type { ResolvConf } from './resolvconf.ts'

/** How one name fared. `refused`: nobody answered and the kernel said so (ECONNREFUSED). `failed`: not even asked. */
export type Fared = 'found' | 'nxdomain' | 'nodata' | 'servfail' | 'timeout' | 'refused' | 'failed'
export type EaiError = 'EAI_NONAME' | 'EAI_NODATA' | 'EAI_AGAIN' | 'EAI_FAIL'
export type SearchEnd = 'found' | EaiError

/** What differs between C libraries. musl is another one of these. */
export interface CLibrary {
  readonly name: string
  /** Names to ask, absolute, one after the other; each is told how it fared. */
  search(name: string, conf: ResolvConf): Generator<string, SearchEnd, Fared>
  /** Seconds to wait for server number `server` of a round. */
  patience(conf: ResolvConf, server: number): number
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
