const NULLS = new Set(['', '~', 'null', 'Null', 'NULL'])
const TRUES = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'])
const FALSES = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'])
const INT = /^([-+]?)(0x[0-9a-fA-F]+|0b[01]+|0o?[0-7]+|0|[1-9][0-9]*)$/
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/

function whole(sign: string, digits: string): number {
  const octal = /^0o?[0-7]+$/.test(digits) ? Number.parseInt(digits.replace('o', ''), 8) : undefined
  return (sign === '-' ? -1 : 1) * (octal ?? Number(digits))
}

/**
 * The value of a scalar without quotes, as kubectl reads it: sigs.k8s.io/yaml is YAML 1.1 as go-yaml v2 has it, where
 * `yes` and `on` are booleans, `0644` is octal, and neither dates nor 12:30:45 are anything but text.
 */
export function plainScalar(text: string): string | number | boolean | null {
  const first = text.charCodeAt(0)
  // Most scalars are words: one look at the first character spares them the rest.
  const digitLike = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46
  if (!digitLike) {
    if (text.length > 5) return text
    if (NULLS.has(text)) return null
    if (TRUES.has(text)) return true
    if (FALSES.has(text)) return false
    return text
  }
  const digits = text.replaceAll('_', '')
  const int = INT.exec(digits)
  if (int) return whole(int[1] as string, int[2] as string)
  if (FLOAT.test(digits) && Number.isFinite(Number(digits))) return Number(digits)
  return text
}

/** Whether a text keeps its type when written without quotes, in any place of a block or flow collection. */
export const isPlainText = (text: string): boolean => /^[A-Za-z_/][A-Za-z0-9_./-]*$/.test(text) && plainScalar(text) === text
