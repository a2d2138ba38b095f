import { mix } from '../trace/luck.ts'

/** Kubernetes' own alphabet for made-up suffixes: no vowels, nothing that looks alike (apimachinery/pkg/util/rand). */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789'
/** generateName keeps 58 characters and adds 5 (apiserver/pkg/storage/names). */
const PREFIX = 58

/** `length` safe characters that follow from the key alone. Real ones are random, or hash a template that we don't serialize as Go does. */
export function safeHash(key: string, length: number): string {
  let out = ''
  for (let block = 0; out.length < length; block++) {
    let n = mix(block, key)
    for (let i = 0; i < 10 && out.length < length; i++) {
      out += SAFE[n % SAFE.length] as string
      n = Math.floor(n / SAFE.length)
    }
  }
  return out
}

/** A name as generateName makes it, not among `taken`; it is added there. */
export function generatedName(prefix: string, key: string, taken: Set<string>): string {
  for (let salt = 0; ; salt++) {
    const name = prefix.slice(0, PREFIX) + safeHash(salt === 0 ? key : `${key}#${salt}`, 5)
    if (taken.has(name)) continue
    taken.add(name)
    return name
  }
}
