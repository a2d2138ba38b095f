/** What PCRE2 says of the mistakes that people make; undefined: none of them. In its own words (pcre2_error.c). */
export function patternFault(text: string): string | undefined {
  let depth = 0
  let inClass = false
  /** Something stands before that may be repeated. */
  let atom = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string
    if (c === '\\') {
      if (i === text.length - 1) return '\\ at end of pattern'
      i++
      atom = true
    } else if (inClass) {
      if (c === ']') {
        inClass = false
        atom = true
      }
    } else if (c === '[') {
      inClass = true
      // a bracket right behind the opening one stands for itself
      const first = text[i + 1] === '^' ? i + 2 : i + 1
      if (text[first] === ']') i = first
    } else if (c === '(') {
      depth++
      atom = false
      if (text[i + 1] === '?') i += /^\?(P?<[=!]?\w*>?|[:=!>|]|[a-z]+\)?)/.exec(text.slice(i + 1))?.[0].length ?? 0
    } else if (c === ')') {
      if (depth === 0) return 'unmatched closing parenthesis'
      depth--
      atom = true
    } else if (c === '*' || c === '+' || c === '?') {
      if (!atom) return 'quantifier does not follow a repeatable item'
      if (text[i + 1] === '?' || text[i + 1] === '+') i++
      atom = false
    } else atom = c !== '|' && c !== '^'
  }
  if (inClass) return 'missing terminating ] for character class'
  return depth > 0 ? 'missing closing parenthesis' : undefined
}
