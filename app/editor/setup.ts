// Monaco with the features that the page uses and no more. Some register files are half empty in 0.57, hence the deep ones.
import 'monaco-editor/editor/browser/coreCommands.js'
import 'monaco-editor/editor/contrib/caretOperations/browser/caretOperations.js'
import 'monaco-editor/editor/contrib/suggest/browser/suggestController.js'
import 'monaco-editor/features/bracketMatching/register'
import 'monaco-editor/features/clipboard/register'
import 'monaco-editor/features/codeAction/register'
import 'monaco-editor/features/comment/register'
import 'monaco-editor/features/contextmenu/register'
import 'monaco-editor/features/cursorUndo/register'
import 'monaco-editor/features/find/register'
import 'monaco-editor/features/folding/register'
import 'monaco-editor/features/format/register'
import 'monaco-editor/features/gotoError/register'
import 'monaco-editor/features/hover/register'
import 'monaco-editor/features/indentation/register'
import 'monaco-editor/features/lineSelection/register'
import 'monaco-editor/features/linesOperations/register'
import 'monaco-editor/features/multicursor/register'
import 'monaco-editor/features/snippet/register'
import 'monaco-editor/features/toggleTabFocusMode/register'
import 'monaco-editor/features/wordHighlighter/register'
import 'monaco-editor/features/wordOperations/register'
import 'monaco-editor/languages/definitions/yaml/register'
import * as monaco from 'monaco-editor/editor'
import EditorWorker from 'monaco-editor/editor/editor.worker?worker'

self.MonacoEnvironment = { getWorker: () => new EditorWorker() }

const token = (style: CSSStyleDeclaration, name: string): string => style.getPropertyValue(name).trim().toLowerCase()
/** Monaco wants #rrggbb; the tokens may be shortened by the build. */
const six = (color: string): string => (/^#[0-9a-f]{3}$/.test(color) ? color.replace(/[0-9a-f]/g, (c) => c + c) : color)

/** Both themes of the editor from the page's tokens, which change with `data-theme`. */
export function paint(theme: 'light' | 'dark'): void {
  const style = getComputedStyle(document.documentElement)
  const color = (name: string): string => six(token(style, name))
  const rule = (name: string): string => color(name).slice(1)
  monaco.editor.defineTheme('page', {
    base: theme === 'dark' ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      { token: '', foreground: rule('--ink') },
      { token: 'type.yaml', foreground: rule('--dns-text') },
      { token: 'string.yaml', foreground: rule('--ok') },
      { token: 'number.yaml', foreground: rule('--yaml-number') },
      { token: 'keyword.yaml', foreground: rule('--yaml-number') },
      { token: 'comment.yaml', foreground: rule('--yaml-comment') },
      { token: 'operators.yaml', foreground: rule('--muted') },
      { token: 'operators.directivesEnd.yaml', foreground: rule('--muted') },
    ],
    colors: {
      'editor.background': color('--card'),
      'editor.foreground': color('--ink'),
      'editorLineNumber.foreground': color('--muted'),
      'editorLineNumber.dimmedForeground': color('--muted'),
      'editorLineNumber.activeForeground': color('--ink'),
      'editor.lineHighlightBackground': '#00000000',
      'editor.lineHighlightBorder': '#00000000',
      'editor.selectionBackground': `${color('--request')}40`,
      'editorWidget.background': color('--card'),
      'editorWidget.foreground': color('--ink'),
      'editorWidget.border': color('--line2'),
      'editorSuggestWidget.background': color('--card'),
      'editorSuggestWidget.foreground': color('--ink'),
      'editorSuggestWidget.border': color('--line2'),
      'editorSuggestWidget.selectedBackground': color('--request-soft'),
      'editorSuggestWidget.selectedForeground': color('--ink'),
      'editorSuggestWidget.highlightForeground': color('--request-text'),
      'editorSuggestWidget.focusHighlightForeground': color('--request-text'),
      'editorActionList.background': color('--card'),
      'editorActionList.foreground': color('--ink'),
      'editorActionList.focusBackground': color('--request-soft'),
      'editorActionList.focusForeground': color('--ink'),
      'editorHoverWidget.background': color('--card'),
      'editorHoverWidget.border': color('--line2'),
      'editorIndentGuide.background1': color('--line'),
      'editorIndentGuide.activeBackground1': color('--line2'),
      'editorError.foreground': color('--drop'),
      'editorWarning.foreground': color('--rewrite'),
      'editorInfo.foreground': color('--request'),
      'editorHint.foreground': color('--faint'),
      'scrollbarSlider.background': `${color('--faint')}40`,
      'scrollbarSlider.hoverBackground': `${color('--faint')}70`,
      'scrollbarSlider.activeBackground': `${color('--faint')}90`,
      focusBorder: color('--request'),
    },
  })
  monaco.editor.setTheme('page')
}

export { monaco }
