// Runs a TypeScript entry as if it were the command itself: same arguments, stdin, exit status.
import nodeModule from 'node:module'
import { pathToFileURL } from 'node:url'
import { cached } from './bundle.mjs'

/**
 * @param {string} entry
 * @param {string} name
 */
export const run = async (entry, name) => {
  let out
  try {
    out = await cached(entry, name)
  } catch (error) {
    console.error(`packetwalk: cannot bundle ${entry}: ${error instanceof Error ? error.message : error}`)
    process.exit(70)
  }
  // Node 22 keeps compiled code between runs; Node 20 has no such call.
  if ('enableCompileCache' in nodeModule && typeof nodeModule.enableCompileCache === 'function') {
    nodeModule.enableCompileCache()
  }
  await import(pathToFileURL(out).href)
}
