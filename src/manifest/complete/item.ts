import type { TypeWord } from './meaning.ts'

/** A change of a text: offsets in characters, `to` exclusive. */
export interface TextEdit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** Something that can be written at the cursor. No sentence of any language is in it: `field` names one of words/fields.ts. */
export interface CompletionItem {
  readonly label: string
  /** A snippet as editors have it: `$0`, `${1:default}`; `\`, `$` and `}` are escaped by a backslash. Lines are indented from column 0. */
  readonly insert: string
  readonly is: 'key' | 'value' | 'name' | 'document'
  readonly type?: TypeWord
  readonly field?: string
  readonly need?: true
  /** Not in Kubernetes v1.30. */
  readonly newer?: true
  /** The engine reads it; otherwise it is accepted and changes no packet. */
  readonly used?: true
  /** Whose name or label it is, as refOf names objects; a port's number. */
  readonly of?: string
  /** What comes next can be completed too: ask again. */
  readonly more?: true
  readonly edits?: readonly TextEdit[]
}

/** The range to replace, in characters of the file, and what with. Best first. */
export interface Completion {
  readonly from: number
  readonly to: number
  readonly items: readonly CompletionItem[]
}

/** Text as a part of a snippet. */
export const escaped = (text: string): string => text.replace(/[\\$}]/g, '\\$&')
