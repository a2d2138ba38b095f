import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { makeSchema } from './scripts/schema.mjs'

// The worker loads it on the first completion.
makeSchema()

/**
 * No inline script, no blob: worker, no other host. Monaco writes style elements at run time, so styles may be inline.
 * A policy in a meta element cannot say frame-ancestors: a host that wants it sends a header.
 */
const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "worker-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: policy }, injectTo: 'head-prepend' },
  ],
}

/** Monaco is six times the rest of the page: a static import on the way from the entry to it is a mistake. */
const monacoIsLazy: Plugin = {
  name: 'monaco-is-lazy',
  apply: 'build',
  generateBundle(_, bundle) {
    const eager = new Set<string>()
    const visit = (file: string): void => {
      const chunk = bundle[file]
      if (chunk?.type !== 'chunk' || eager.has(file)) return
      eager.add(file)
      const monaco = chunk.moduleIds.find((id) => id.includes('/node_modules/monaco-editor/') && !id.includes('?worker'))
      if (monaco !== undefined) this.error(`Monaco is loaded at once: ${monaco} is in ${file}`)
      chunk.imports.forEach(visit)
    }
    for (const [file, chunk] of Object.entries(bundle)) if (chunk.type === 'chunk' && chunk.isEntry) visit(file)
  },
}

/** What the worker needs at once stands in one file: a visitor waits for one, and it packs better than the sixty that late parts would make of it. */
function withWorker(): (id: string, context: { getModuleInfo(id: string): { importedIds: readonly string[] } | null }) => string | null {
  let eager: Set<string> | undefined
  const entry = fileURLToPath(new URL('src/worker.ts', import.meta.url))
  return (id, context) => {
    // Monaco's own worker comes by here too
    if (context.getModuleInfo(entry) === null) return null
    if (eager === undefined) {
      const seen = new Set<string>()
      const visit = (one: string): void => {
        if (seen.has(one)) return
        seen.add(one)
        context.getModuleInfo(one)?.importedIds.forEach(visit)
      }
      visit(entry)
      eager = seen
    }
    return eager.has(id) ? 'worker' : null
  }
}

export default defineConfig({
  // Relative addresses: the same dist/ runs from a root, a sub-path or a plain file server.
  base: './',
  plugins: [react(), contentSecurityPolicy, monacoIsLazy],
  worker: { format: 'es', rolldownOptions: { output: { codeSplitting: { groups: [{ name: withWorker() }] } } } },
  // Small fonts would become data: addresses, which the policy refuses.
  build: { target: 'es2022', assetsInlineLimit: 0, manifest: true, chunkSizeWarningLimit: 4000 },
  server: { host: '127.0.0.1' },
})
