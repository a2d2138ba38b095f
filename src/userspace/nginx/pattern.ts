const cache = new Map<string, RegExp | undefined>()

/**
 * PCRE as far as nginx.conf of an Ingress uses it, as a pattern of ours. Undefined: PCRE would refuse it, or it has something that only PCRE knows
 * (possessive and atomic groups, recursion, conditions).
 */
export function pcre(text: string, caseless: boolean): RegExp | undefined {
  const key = `${caseless ? 'i' : ''} ${text}`
  if (!cache.has(key)) cache.set(key, compile(text, caseless))
  return cache.get(key)
}

function compile(text: string, caseless: boolean): RegExp | undefined {
  const inline = /^\(\?([imsx]*)\)/.exec(text)
  const flags = inline?.[1] ?? ''
  if (flags.includes('x')) return undefined
  const body = text
    .slice(inline?.[0].length ?? 0)
    .replace(/\(\?P?</g, (m, at: number, all: string) => (/^[=!]/.test(all.slice(at + m.length)) ? m : '(?<'))
    .replaceAll('\\A', '^')
    .replace(/\\[zZ]/g, '$')
    .replaceAll('\\h', '[ \\t]')
    .replace(/\[:(\w+):\]/g, (all, name: string) => CLASSES[name] ?? all)
  if (/\(\?[>(R0-9&|#]|[*+?}]\+|\\[GKQEXR]|\[:/.test(body)) return undefined
  try {
    return new RegExp(
      body,
      `${caseless || flags.includes('i') ? 'i' : ''}${flags.includes('s') ? 's' : ''}${flags.includes('m') ? 'm' : ''}`,
    )
  } catch {
    return undefined
  }
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  word: '\\w',
  space: '\\s',
  xdigit: '0-9A-Fa-f',
}
