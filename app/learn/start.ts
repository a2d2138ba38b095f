import type { SourceFile } from '../../src/manifest/object.ts'
import { set, state } from '../store.ts'
import { openCni } from '../ui/far/cni/open.ts'
import type { Lang } from '../ui/lang.ts'
import { defaultSlug, firstFiles } from './labs/first.ts'
import { ownName } from './own.ts'

/** How a lab was when it was opened: what "Reset" goes back to. */
export interface Start {
  readonly files: readonly SourceFile[]
  readonly probe: { readonly from: string; readonly to: string } | undefined
}

let rest: typeof import('./labs/list.ts') | undefined

/** The labs beside the first one come when the page has drawn, or when somebody wants one. Without a network the first one stays alone. */
export async function loadGallery(): Promise<void> {
  if (rest !== undefined) return
  try {
    rest = await import('./labs/list.ts')
    set({ gallery: rest.labs })
  } catch {
    rest = undefined
  }
}

const labFiles = (slug: string): readonly SourceFile[] | undefined => (slug === defaultSlug ? firstFiles : rest?.labFiles(slug))

/** The gallery's texts do not change: one list of files for each slug, so that two of them can be compared at a glance. */
const gallery = new Map<string, Start>()

/** undefined: no lab has this slug, or the gallery has not come yet. */
export function startOf(slug: string): Start | undefined {
  const name = ownName(slug)
  if (name !== undefined) {
    const lab = state().own.find((one) => one.name === name)
    if (lab === undefined) return undefined
    return { files: lab.files, probe: lab.from === undefined || lab.to === undefined ? undefined : { from: lab.from, to: lab.to } }
  }
  const known = gallery.get(slug)
  if (known !== undefined) return known
  const files = labFiles(slug)
  if (files === undefined) return undefined
  const start = { files, probe: undefined }
  gallery.set(slug, start)
  return start
}

/** What a lab is called; undefined for a text that is kept nowhere. */
export const titleOf = (slug: string, lang: Lang): string | undefined =>
  ownName(slug) ?? state().gallery.find((lab) => lab.slug === slug)?.title[lang]

/** Opens what a lab of the gallery begins with, beside its walk. */
export function openBeside(slug: string): void {
  const pod = state().gallery.find((lab) => lab.slug === slug)?.opens
  if (pod !== undefined) openCni(pod)
}
