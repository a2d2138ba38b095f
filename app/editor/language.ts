import type { Viewed } from '../../src/answer.ts'
import type { CompletionItem } from '../../src/manifest/complete/item.ts'
import { look } from '../engine/client.ts'
import { sayFact, sayField, sayFix } from '../engine/editorwords.ts'
import { state } from '../store.ts'
import type { Lang } from '../ui/lang.ts'
import { fitsText } from './apply.ts'
import { monaco } from './setup.ts'
import { useEditor } from './state.ts'
import { editorWord, newerText, typeName } from './words.ts'

// Monaco asks, the worker answers, the page's words say it in the visitor's language.

type Model = monaco.editor.ITextModel

/** Name of the file that a model holds. */
const fileOf = (model: Model): string => model.uri.path.replace(/^\//, '')

const rangeIn = (model: Model, from: number, to: number): monaco.Range => {
  const [a, b] = [model.getPositionAt(from), model.getPositionAt(to)]
  return new monaco.Range(a.lineNumber, a.column, b.lineNumber, b.column)
}

/** The same in a text as it was when the question was asked: while somebody types on, the model is ahead of the answer. */
function rangeWas(text: string, from: number, to: number): monaco.Range {
  const at = (offset: number): readonly [number, number] => {
    const start = text.lastIndexOf('\n', offset - 1) + 1
    return [text.slice(0, start).split('\n').length, offset - start + 1]
  }
  return new monaco.Range(...at(from), ...at(to))
}

/** Offsets of the engine and of the model are one only while lines end alike. */
const textOf = (model: Model): string => model.getValue()

const { CompletionItemKind, CompletionItemInsertTextRule } = monaco.languages
const kinds: Readonly<Record<CompletionItem['is'], monaco.languages.CompletionItemKind>> = {
  key: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  name: CompletionItemKind.Reference,
  document: CompletionItemKind.Snippet,
}

/** Beside the label: what it is. */
function detailOf(item: CompletionItem, lang: Lang): string {
  const parts = [
    item.of ?? (item.type ? typeName(item.type, lang) : ''),
    item.need ? editorWord('required', lang) : '',
    item.newer ? editorWord('newer', lang) : '',
  ]
  return parts.filter((part) => part !== '').join(' · ')
}

function itemOf(item: CompletionItem, i: number, text: string, from: number, to: number): monaco.languages.CompletionItem {
  const { lang } = state()
  const about = item.field === undefined ? undefined : sayField(item.field, lang)
  const quote = /^["']/.exec(text.slice(from, to))?.[0] ?? ''
  return {
    label: { label: item.label, description: detailOf(item, lang) },
    kind: kinds[item.is],
    insertText: item.insert,
    insertTextRules: CompletionItemInsertTextRule.InsertAsSnippet | CompletionItemInsertTextRule.KeepWhitespace,
    range: rangeWas(text, from, to),
    sortText: String(i).padStart(4, '0'),
    filterText: quote + item.label,
    ...(about === undefined ? {} : { documentation: about }),
    ...(item.edits ? { additionalTextEdits: item.edits.map((e) => ({ range: rangeWas(text, e.from, e.to), text: e.text })) } : {}),
    ...(item.more ? { command: { id: 'editor.action.triggerSuggest', title: '' } } : {}),
  }
}

const completion: monaco.languages.CompletionItemProvider = {
  triggerCharacters: [' ', ':', '-', '{', '[', ',', '"', "'", '/'],
  async provideCompletionItems(model, position, _context, token) {
    const text = textOf(model)
    const viewed = await look({ kind: 'complete', text, offset: model.getOffsetAt(position) })
    if (token.isCancellationRequested || viewed?.kind !== 'complete' || !viewed.completion) return { suggestions: [] }
    const { from, to, items } = viewed.completion
    return { suggestions: items.map((item, i) => itemOf(item, i, text, from, to)) }
  },
}

/** Text out of a manifest, or out of the engine, is shown as it is: never as Markdown. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, '\\$&')
const code = (text: string): string => `\`${text.replaceAll('`', 'ˋ')}\``

function hoverText({ hovered, made }: Extract<Viewed, { kind: 'hover' }>): readonly string[] {
  if (!hovered) return []
  const { lang } = state()
  const about = sayField(hovered.field, lang)
  const head = `**${code(hovered.path)}** ${plain(typeName(hovered.type, lang))}`
  const words = hovered.words.length > 0 ? `${editorWord('words', lang)}: ${hovered.words.map(code).join(' ')}` : ''
  const note = hovered.newer === undefined ? (hovered.used ? '' : editorWord('unused', lang)) : newerText(hovered.newer, lang)
  const facts = made.map((fact) => `- ${plain(sayFact(fact, lang))}`).join('\n')
  return [[head, about === undefined ? '' : plain(about), words, plain(note)].filter((part) => part !== '').join('\n\n'), facts].filter(
    (part) => part !== '',
  )
}

const hover: monaco.languages.HoverProvider = {
  async provideHover(model, position, token) {
    const viewed = await look({ kind: 'hover', file: fileOf(model), text: textOf(model), offset: model.getOffsetAt(position) })
    if (viewed?.kind !== 'hover' || !viewed.hovered || token.isCancellationRequested || model.isDisposed()) return undefined
    return {
      range: rangeIn(model, viewed.hovered.from, viewed.hovered.to),
      contents: hoverText(viewed).map((value) => ({ value })),
    }
  },
}

const fixing: monaco.languages.CodeActionProvider = {
  provideCodeActions(model, range, { markers }) {
    const { fixes, fixesOf } = useEditor.getState()
    const none = { actions: [], dispose: () => {} }
    if (fixesOf === undefined) return none
    const file = fileOf(model)
    const text = textOf(model)
    const here = fixes.filter((fix) => {
      const where = fixesOf.problems[fix.problem]?.where
      if (fix.file !== file || !where || !fitsText(fix, fixesOf, text)) return false
      return monaco.Range.areIntersectingOrTouching(rangeIn(model, where.offset, Math.max(where.end, where.offset + 1)), range)
    })
    const { lang } = state()
    const actions = here.map((fix, i): monaco.languages.CodeAction => {
      const at = fixesOf.problems[fix.problem]?.where?.offset ?? 0
      const start = model.getPositionAt(at)
      return {
        title: sayFix(fix, lang),
        kind: 'quickfix',
        diagnostics: markers.filter((m) => m.startLineNumber === start.lineNumber && m.startColumn === start.column),
        isPreferred: i === 0,
        edit: {
          edits: fix.edits.map((e) => ({
            resource: model.uri,
            versionId: model.getVersionId(),
            textEdit: { range: rangeIn(model, e.from, e.to), text: e.text },
          })),
        },
      }
    })
    return { actions, dispose: () => {} }
  },
}

const formatting: monaco.languages.DocumentFormattingEditProvider = {
  async provideDocumentFormattingEdits(model, _options, token) {
    const text = textOf(model)
    const viewed = await look({ kind: 'format', text })
    if (viewed?.kind !== 'text' || token.isCancellationRequested || model.isDisposed()) return []
    return viewed.text === text ? [] : [{ range: model.getFullModelRange(), text: viewed.text }]
  },
}

/** Once, when the editor comes. */
export function teachYaml(): void {
  monaco.languages.registerCompletionItemProvider('yaml', completion)
  monaco.languages.registerHoverProvider('yaml', hover)
  monaco.languages.registerCodeActionProvider('yaml', fixing, { providedCodeActionKinds: ['quickfix'] })
  monaco.languages.registerDocumentFormattingEditProvider('yaml', formatting)
}
