/** What Go's encoding/json says of a text that is no JSON (scanner.go); undefined: it is JSON. */
export function jsonError(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch {
    const end = scan(text, space(text, 0), 'looking for beginning of value')
    if (typeof end === 'string') return end
    return mistake(text, space(text, end), 'after top-level value')
  }
}

/** The place behind the value, or the mistake in it. */
type End = number | string

const space = (text: string, at: number): number => {
  let i = at
  while (/[ \t\r\n]/.test(text[i] ?? '')) i++
  return i
}

function mistake(text: string, at: number, where: string): string {
  const char = [...text.slice(at, at + 2)][0]
  if (char === undefined) return 'unexpected end of JSON input'
  const shown = char === "'" ? "\\'" : char === '\n' ? '\\n' : char === '\t' ? '\\t' : char
  return `invalid character '${shown}' ${where}`
}

function string(text: string, at: number): End {
  for (let i = at + 1; ; i++) {
    const char = text[i]
    if (char === '"') return i + 1
    if (char === undefined || char < ' ') return mistake(text, i, 'in string literal')
    if (char !== '\\') continue
    i++
    if (text[i] === 'u') {
      for (let n = 0; n < 4; n++) if (!/[0-9a-fA-F]/.test(text[++i] ?? '')) return mistake(text, i, 'in \\u hexadecimal character escape')
    } else if (!/["\\/bfnrt]/.test(text[i] ?? '')) return mistake(text, i, 'in string escape code')
  }
}

function word(text: string, at: number, literal: string): End {
  for (let i = 1; i < literal.length; i++)
    if (text[at + i] !== literal[i]) return mistake(text, at + i, `in literal ${literal} (expecting '${literal[i]}')`)
  return at + literal.length
}

function number(text: string, at: number): End {
  const start = text[at] === '-' ? at + 1 : at
  if (!/\d/.test(text[start] ?? '')) return mistake(text, start, 'in numeric literal')
  let i = start + (/^(0|[1-9]\d*)/.exec(text.slice(start))?.[0].length ?? 0)
  if (text[i] === '.') {
    const digits = /^\d+/.exec(text.slice(i + 1))?.[0].length ?? 0
    if (digits === 0) return mistake(text, i + 1, 'after decimal point in numeric literal')
    i += 1 + digits
  }
  if (!/[eE]/.test(text[i] ?? '')) return i
  const sign = /[+-]/.test(text[i + 1] ?? '') ? 2 : 1
  const digits = /^\d+/.exec(text.slice(i + sign))?.[0].length ?? 0
  return digits === 0 ? mistake(text, i + sign, 'in exponent of numeric literal') : i + sign + digits
}

function array(text: string, at: number): End {
  let i = space(text, at + 1)
  if (text[i] === ']') return i + 1
  for (;;) {
    const end = scan(text, i, 'looking for beginning of value')
    if (typeof end === 'string') return end
    i = space(text, end)
    if (text[i] === ']') return i + 1
    if (text[i] !== ',') return mistake(text, i, 'after array element')
    i = space(text, i + 1)
  }
}

function object(text: string, at: number): End {
  let i = space(text, at + 1)
  if (text[i] === '}') return i + 1
  for (;;) {
    if (text[i] !== '"') return mistake(text, i, 'looking for beginning of object key string')
    const key = string(text, i)
    if (typeof key === 'string') return key
    i = space(text, key)
    if (text[i] !== ':') return mistake(text, i, 'after object key')
    const end = scan(text, space(text, i + 1), 'looking for beginning of value')
    if (typeof end === 'string') return end
    i = space(text, end)
    if (text[i] === '}') return i + 1
    if (text[i] !== ',') return mistake(text, i, 'after object key:value pair')
    i = space(text, i + 1)
  }
}

function scan(text: string, at: number, where: string): End {
  const char = text[at] ?? ''
  if (char === '{') return object(text, at)
  if (char === '[') return array(text, at)
  if (char === '"') return string(text, at)
  if (/[-\d]/.test(char)) return number(text, at)
  const literal = { t: 'true', f: 'false', n: 'null' }[char]
  return literal === undefined ? mistake(text, at, where) : word(text, at, literal)
}
