import type { TypeWord } from '../../src/manifest/complete/meaning.ts'
import { useStore } from '../store.ts'
import type { Lang } from '../ui/lang.ts'

/** The editor's own words, in English and in 简体中文. */
const book = {
  tools: ['Edit the text', '编辑文本'],
  undo: ['Undo', '撤销'],
  redo: ['Redo', '重做'],
  format: ['Format', '格式化'],
  changes: ['Changes', '改动'],
  changesTitle: ['What was changed since this lab was opened', '打开这个实验以来的改动'],
  noChanges: ['Nothing was changed.', '没有改动。'],
  toStart: ['Back to the start', '恢复原样'],
  toStartTitle: ['Put the text of this lab back as it was', '把这个实验的文本恢复原样'],
  putBack: ['Put back', '还原'],
  added: ['added', '新增'],
  removed: ['removed', '删除'],
  newFile: ['new file', '新文件'],
  goneFile: ['removed file', '已删除的文件'],
  required: ['required', '必填'],
  newer: ['newer than v1.30', '比 v1.30 新'],
  unused: ['accepted; the walk does not depend on it', '会被接受，但不影响行程'],
  words: ['One of', '可选值'],
} as const satisfies Readonly<Record<string, readonly [en: string, zh: string]>>

export type EditorKey = keyof typeof book

export const editorWord = (key: EditorKey, lang: Lang): string => book[key][lang === 'zh' ? 1 : 0]

export function useEditorWords(): (key: EditorKey) => string {
  const lang = useStore((s) => s.lang)
  return (key) => editorWord(key, lang)
}

const types: Readonly<Record<TypeWord, readonly [en: string, zh: string]>> = {
  text: ['text', '文本'],
  number: ['number', '数字'],
  bool: ['true or false', 'true 或 false'],
  'number-or-name': ['number or name', '数字或名称'],
  list: ['list', '列表'],
  map: ['map of texts', '文本映射'],
  object: ['map', '映射'],
  any: ['anything', '任意'],
}
export const typeName = (type: TypeWord, lang: Lang): string => types[type][lang === 'zh' ? 1 : 0]

/** The version that has a field: '' when only that it is newer is known. */
export const newerText = (version: string, lang: Lang): string =>
  version === ''
    ? editorWord('newer', lang)
    : lang === 'zh'
      ? `Kubernetes v${version} 起才有，v1.30 没有`
      : `since Kubernetes v${version}; v1.30 does not have it`
