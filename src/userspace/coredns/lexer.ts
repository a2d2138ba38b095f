/** One word of a Corefile. */
export interface Token {
  readonly text: string
  /** Counts from 1. */
  readonly line: number
  /** Path of the file that it stands in. */
  readonly file: string
}

/** Words of a Corefile (caddy caddyfile/lexer.go): split at white space, `#` comments, "..." as one word with \" inside. */
export function tokensOf(source: string, file: string): readonly Token[] {
  const tokens: Token[] = []
  let line = 1
  let at = 0
  const text = source.replace(/^\uFEFF/, '').replace(/\r/g, '')
  while (at < text.length) {
    const c = text[at] as string
    if (c === '\n') {
      line++
      at++
    } else if (/\s/.test(c)) at++
    else if (c === '#') while (at < text.length && text[at] !== '\n') at++
    else if (c === '"') {
      const begun = line
      let word = ''
      for (at++; at < text.length && text[at] !== '"'; at++) {
        if (text[at] === '\\' && text[at + 1] === '"') at++
        if (text[at] === '\n') line++
        word += text[at]
      }
      at++
      tokens.push({ text: word, line: begun, file })
    } else {
      let end = at
      while (end < text.length && !/\s/.test(text[end] as string)) end++
      tokens.push({ text: text.slice(at, end), line, file })
      at = end
    }
  }
  return tokens
}
