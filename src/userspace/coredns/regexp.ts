/** A regular expression of a Corefile: what it and its groups hold of a text, or undefined. Group 0 is the whole. */
export interface Pattern {
  readonly source: string
  readonly groups: number
  match(text: string): { readonly all: readonly string[]; readonly named: Readonly<Record<string, string>> } | undefined
}

/** A repeated group that holds a repetition: Go's engine takes it in linear time, ours would not. */
const NESTED = /\((?:[^()\\]|\\.)*(?:[*+]|\{\d*,\d*\})(?:[^()\\]|\\.)*\)(?:[*+]|\{)/
/** Looking around and back-references: Go's regexp has none. */
const NOT_GO = /\(\?<?[=!]|\\[1-9]/

/** Go's syntax (RE2) as far as it differs from ours: (?P<name>…), flags at the head, \z, [[:alpha:]]. */
export function patternOf(source: string): Pattern | { readonly error: string } | { readonly unmodelled: string } {
  if (NOT_GO.test(source)) return { error: `error parsing regexp: invalid or unsupported Perl syntax: \`${source}\`` }
  if (NESTED.test(source)) return { unmodelled: `the regular expression ${source}` }
  const [, flags = '', rest = source] = /^\(\?([imsU]+)\)(.*)$/s.exec(source) ?? []
  if (flags.includes('U') || /\(\?[imsU-]+[:)]|\\[AQEpP]|\\[zC]|\[\[:/.test(rest)) return { unmodelled: `the regular expression ${source}` }
  let compiled: RegExp
  try {
    compiled = new RegExp(rest.replace(/\(\?P</g, '(?<'), flags)
  } catch {
    return { error: `error parsing regexp: \`${source}\`` }
  }
  const groups = (new RegExp(`${compiled.source}|`, flags).exec('')?.length ?? 1) - 1
  return {
    source,
    groups,
    match(text) {
      const found = compiled.exec(text)
      return found ? { all: found.map((g) => g ?? ''), named: { ...found.groups } } : undefined
    },
  }
}

/** `{0}`, `{1}` … of a replacement become the groups. */
export const filled = (replacement: string, groups: readonly string[]): string =>
  groups.reduce((text, group, i) => text.replaceAll(`{${i}}`, () => group), replacement)
