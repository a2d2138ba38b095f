const hex = (c: string): boolean => /^[0-9A-Fa-f]{2}$/.test(c)

/** Bytes of a request target are kept one a character: nginx compares bytes. */
export interface Uri {
  /** Decoded, slashes merged, dots resolved: what locations are compared with (ngx_http_parse_complex_uri). */
  readonly path: string
  /** With its `?`, as it came. */
  readonly query: string
  /** It had a %: then what is sent on after a rewrite is escaped anew. */
  readonly quoted: boolean
}

/** undefined: nginx answers 400 (a bad %, a NUL, or `..` above the root). */
export function parseUri(target: string): Uri | undefined {
  const at = target.search(/[?#]/)
  const raw = at < 0 ? target : target.slice(0, at)
  const query = at >= 0 && target[at] === '?' ? target.slice(at).replace(/#.*$/s, '') : ''
  if (!raw.startsWith('/')) return undefined
  let decoded = ''
  for (let i = 0; i < raw.length; i++) {
    if (raw[i] !== '%') decoded += raw[i]
    else {
      const pair = raw.slice(i + 1, i + 3)
      if (!hex(pair) || pair === '00') return undefined
      decoded += String.fromCharCode(Number.parseInt(pair, 16))
      i += 2
    }
  }
  const out: string[] = []
  const parts = decoded.slice(1).split('/')
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1
    if (part === '..') {
      if (out.length === 0) return undefined
      out.pop()
      if (last) out.push('')
    } else if (part === '.' || part === '') {
      if (last) out.push('')
    } else out.push(part)
  }
  return { path: `/${out.join('/')}`, query, quoted: raw.includes('%') }
}

/** ngx_escape_uri with NGX_ESCAPE_URI of 1.21.1 and later. */
export const escapeUri = (path: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that nginx escapes
  path.replace(/[\x00-\x20"#%<>?\\^`{|}\x7f-\uffff]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
