import { type Document, visit, type YAMLError } from 'yaml'
import type { ManifestCode } from '../codes.ts'
import type { Finding, Params, Range } from './finding.ts'

/** Where the last quote or bracket before `at` was opened: what is not closed is reported where it begins, not at the end of the file. */
function opened(doc: Document, text: string, at: number, what: 'quote' | 'bracket'): Range {
  let from = Math.max(0, at - 1)
  const see = (start: number | undefined): void => {
    if (start !== undefined && start < at) from = start
  }
  visit(doc, {
    Scalar(_, node) {
      if (what === 'quote' && node.type?.startsWith('QUOTE')) see(node.range?.[0])
    },
    Collection(_, node) {
      // Still open at `at`: one that was closed ends before it.
      if (what === 'bracket' && node.flow && (node.range?.[1] ?? at) >= at - 1) see(node.range?.[0])
    },
  })
  const newline = text.indexOf('\n', from)
  return [from, what === 'bracket' ? from + 1 : newline < 0 ? text.length : newline]
}

/** From the first character of the line that is not a blank. */
function afterBlanks(text: string, [from, to]: Range): Range {
  let at = from
  while (text[at] === ' ') at++
  return [at, Math.max(to, at + 1)]
}

/** The line of a key that has no colon, out of a range that may run over several lines. */
function firstLine(text: string, [from, to]: Range): Range {
  const newline = text.indexOf('\n', from)
  return [from, newline > from && newline < to ? newline : to]
}

function explain(doc: Document, text: string, e: YAMLError): { code: ManifestCode; params: Params; range: Range } {
  const range: Range = [Math.min(e.pos[0], text.length), Math.min(Math.max(e.pos[1], e.pos[0]), text.length)]
  const found = (code: ManifestCode, params: Params = {}, at: Range = range) => ({ code, params, range: at })
  const unclosed = (bracket: string) =>
    found('yaml-bracket', { open: bracket === '}' ? '{' : '[', bracket }, opened(doc, text, range[0], 'bracket'))
  switch (e.code) {
    case 'TAB_AS_INDENT':
      return found('yaml-tab')
    case 'MISSING_CHAR': {
      const quote = /quote|closing (["'])/.exec(e.message)
      if (quote) return found('yaml-quote', { quote: e.message.includes("'") ? "'" : '"' }, opened(doc, text, range[0], 'quote'))
      if (/Implicit map keys? needs? to be followed/.test(e.message)) return found('yaml-no-colon')
      // A key that is indented deeper than the `-` of its list.
      if (e.message.startsWith('Sequence item without')) return found('yaml-indent', {}, afterBlanks(text, range))
      const bracket = /end with an? ([\]}])/.exec(e.message)?.[1]
      return bracket ? unclosed(bracket) : found('yaml', { text: e.message })
    }
    case 'BAD_INDENT': {
      const bracket = /end with an? ([\]}])/.exec(e.message)?.[1]
      return bracket ? unclosed(bracket) : found('yaml-indent', {}, afterBlanks(text, range))
    }
    case 'BLOCK_AS_IMPLICIT_KEY':
      if (/sequence/i.test(e.message)) return found('yaml-indent', {}, afterBlanks(text, range))
      return found('yaml-two-colons', {}, firstLine(text, [range[0], text.length]))
    case 'MULTILINE_IMPLICIT_KEY':
      return found('yaml-no-colon', {}, firstLine(text, range))
    case 'BAD_SCALAR_START':
      return found('yaml-reserved', { char: text[range[0]] ?? '' })
    case 'DUPLICATE_KEY':
      return found('yaml-duplicate-key', { key: text.slice(...range) })
    case 'RESOURCE_EXHAUSTION':
      return found('yaml-depth', { limit: MAX_DEPTH })
    case 'ALIAS_PROPS':
    case 'BAD_ALIAS':
    case 'BAD_DIRECTIVE':
    case 'BAD_DQ_ESCAPE':
    case 'BAD_PROP_ORDER':
    case 'BLOCK_IN_FLOW':
    case 'IMPOSSIBLE':
    case 'KEY_OVER_1024_CHARS':
    case 'MULTIPLE_ANCHORS':
    case 'MULTIPLE_DOCS':
    case 'MULTIPLE_TAGS':
    case 'NON_STRING_KEY':
    case 'TAG_RESOLVE_FAILED':
    case 'UNEXPECTED_TOKEN':
    case 'BAD_COLLECTION_TYPE':
      return found('yaml', { text: e.message })
  }
}

/** How deep maps and lists may nest. The deepest CustomResourceDefinitions need about 40. */
export const MAX_DEPTH = 100

/** The first syntax error of a document (those after it are mostly its echo), and the library's warnings. */
export function syntaxFindings(doc: Document, text: string): readonly Finding[] {
  const findings: Finding[] = []
  const first = doc.errors[0]
  // Templates come first: what the library says of `{{ if … }}` does not help anybody.
  if (first) {
    const template = /^[^#"'\n]*\{\{/m.exec(text)
    const at = template ? template.index + template[0].length - 2 : 0
    const why = template ? { code: 'yaml-template' as const, params: {}, range: [at, at + 2] as Range } : explain(doc, text, first)
    findings.push({ ...why, severity: 'error', field: '' })
  }
  for (const w of doc.warnings) {
    if (w.message.includes('tag:yaml.org,2002:')) continue // !!int and its like: resolved by our own reader
    findings.push({ code: 'yaml', params: { text: w.message }, severity: 'warning', range: [w.pos[0], w.pos[1]], field: '' })
  }
  return findings
}
