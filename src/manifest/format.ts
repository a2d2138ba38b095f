import {
  type Document,
  type DocumentOptions,
  isMap,
  isScalar,
  isSeq,
  type ParseOptions,
  parseDocument,
  Scalar,
  type ScalarTag,
  type SchemaOptions,
  visit,
} from 'yaml'
import { parseText } from './text/parse.ts'
import { splitDocuments } from './text/split.ts'

/** A folded text (`>`) with the line ends that its writer gave it: the library would join them. */
class Folded {
  readonly header: string
  readonly lines: readonly string[]
  constructor(header: string, lines: readonly string[]) {
    this.header = header
    this.lines = lines
  }
}

const folded: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  identify: (value) => value instanceof Folded,
  resolve: (text) => text,
  stringify: ({ value }, { indent }) => {
    const { header, lines } = value as Folded
    return [header, ...lines.map((line) => (line === '' ? '' : indent + line))].join('\n')
  },
}

/** `key:` with nothing behind it stays so; `~` and `null` are words to failsafe. */
const nothing: ScalarTag = {
  tag: 'tag:yaml.org,2002:null',
  default: true,
  identify: (value) => value === null,
  test: /^$/,
  resolve: () => new Scalar(null),
  stringify: () => '',
}

const OPTIONS: ParseOptions & DocumentOptions & SchemaOptions = {
  schema: 'failsafe',
  customTags: [folded, nothing],
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
}

/** How the lists of a document are written: by the first list that stands under a key. */
function listsStandIn(doc: Document, text: string): boolean {
  let indented: boolean | undefined
  visit(doc, {
    Pair(_, pair) {
      if (!isSeq(pair.value) || pair.value.flow || !isScalar(pair.key)) return undefined
      const column = (at: number | undefined): number => (at === undefined ? 0 : at - (text.lastIndexOf('\n', at - 1) + 1))
      indented = column(pair.value.range?.[0]) > column(pair.key.range?.[0])
      return visit.BREAK
    },
  })
  return indented ?? true
}

function keepFolds(doc: Document, text: string): void {
  visit(doc, {
    Scalar(_, node) {
      if (node.type !== 'BLOCK_FOLDED' || !node.range) return
      const [header = '', ...body] = text.slice(node.range[0], node.range[1]).split('\n')
      const indent = Math.min(...body.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length))
      // An indentation that is told (`>2`) is left to the library.
      if (!/^>[-+]?$/.test(header) || !Number.isFinite(indent)) return
      while (body.at(-1) === '') body.pop()
      node.value = new Folded(
        header,
        body.map((line) => line.slice(indent)),
      )
    },
  })
}

/** The library sets off a last comment by a blank line; it stays where it was. */
function endAsBefore(written: string, before: string): string {
  const set = /\n\n+((?:#[^\n]*\n)+)$/
  return set.test(`${before.trimEnd()}\n`) ? written : written.replace(set, '\n$1')
}

function formatDocument(text: string): string {
  const before = parseText(text)
  // What has an error is left alone: its writer knows better what was meant.
  if (before.json === undefined || before.json === null) return text
  const doc = parseDocument(text, OPTIONS)
  if (!isMap(doc.contents) && !isSeq(doc.contents)) return text
  const indentSeq = listsStandIn(doc, text)
  keepFolds(doc, text)
  const written = doc.toString({ indent: 2, indentSeq, lineWidth: 0, flowCollectionPadding: false })
  const tidy = trimLines(written).replace(/\n*$/, '\n')
  const done = endAsBefore(tidy, text)
  // Never change what it says: a text that would read differently stays as it was.
  return JSON.stringify(parseText(done).json) === JSON.stringify(before.json) ? done : text
}

/** Nothing at the end of lines, but for blanks that belong to a block text. */
function trimLines(text: string): string {
  if (!/[ \t]$/m.test(text)) return text
  const blocks: (readonly [number, number])[] = []
  visit(parseDocument(text, OPTIONS), {
    Scalar(_, node) {
      if (node.type?.startsWith('BLOCK') && node.range) blocks.push([node.range[0], node.range[1]])
    },
  })
  return text.replace(/[ \t]+$/gm, (blanks, at: number) => (blocks.some(([from, to]) => from < at && at < to) ? blanks : ''))
}

/**
 * A file with two blanks of indentation, one blank line at most, and nothing at the end of lines; comments, quotes, block
 * texts, the order of keys and the writer's way of indenting lists stay. Documents with errors stay as they are.
 */
export function formatText(text: string): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const plain = text.replaceAll('\r\n', '\n')
  let out = ''
  let end = 0
  for (const chunk of splitDocuments(plain)) {
    const formatted = formatDocument(chunk.text)
    // What stands between documents (comments alone) is kept.
    out += plain.slice(end, chunk.offset)
    end = chunk.offset + chunk.text.length
    out += formatted
  }
  out += plain.slice(end)
  return newline === '\n' ? out : out.replaceAll('\n', newline)
}
