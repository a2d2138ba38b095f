/** The panes that can be folded away, by their places on the page. */
export const panes = ['manifests', 'inspector', 'chains', 'timeline'] as const
export type PaneName = (typeof panes)[number]

interface Fold {
  readonly folded: () => boolean
  readonly set: (folded: boolean) => void
}

const folds = new Map<PaneName, Fold>()
const listeners = new Set<() => void>()

/** A pane on the page says how it is folded; call what comes back when it leaves. */
export function offerFold(name: PaneName, fold: Fold): () => void {
  folds.set(name, fold)
  foldsChanged()
  return () => {
    if (folds.get(name) === fold) folds.delete(name)
    foldsChanged()
  }
}

export function foldsChanged(): void {
  snapshot = panes.filter((name) => folds.has(name)).map((name) => ({ name, folded: folds.get(name)?.folded() ?? false }))
  for (const heard of listeners) heard()
}

let snapshot: readonly { readonly name: PaneName; readonly folded: boolean }[] = []
/** The panes that are on the page now, and whether each is folded. The same list until one changes. */
export const foldsNow = (): typeof snapshot => snapshot

export function watchFolds(heard: () => void): () => void {
  listeners.add(heard)
  return () => listeners.delete(heard)
}

/** Folds a pane away or brings it back; a pane that is not on the page is let be. */
export function togglePane(name: PaneName): void {
  const fold = folds.get(name)
  fold?.set(!fold.folded())
}
