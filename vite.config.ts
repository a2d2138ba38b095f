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

export default defineConfig({
  // Relative addresses: the same dist/ runs from a root, a sub-path or a plain file server.
  base: './',
  plugins: [react(), contentSecurityPolicy, monacoIsLazy],
  worker: { format: 'es' },
  // Small fonts would become data: addresses, which the policy refuses.
  build: { target: 'es2022', assetsInlineLimit: 0, manifest: true, chunkSizeWarningLimit: 4000 },
  server: { host: '127.0.0.1' },
})
