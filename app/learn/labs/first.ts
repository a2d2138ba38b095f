import type { SourceFile } from '../../../src/manifest/object.ts'
import type { Lang } from '../../ui/lang.ts'

/** A lab of the gallery: a folder of YAML files and what to call it. */
export interface GalleryLab {
  readonly slug: string
  /** The heading that it stands under. */
  readonly group: Readonly<Record<Lang, string>>
  readonly title: Readonly<Record<Lang, string>>
  readonly about: Readonly<Record<Lang, string>>
  /** It opens with CNI ADD of this Pod, `NS/NAME`. */
  readonly opens?: string
}

/** What a visitor without a link sees: it is there before the rest of the gallery. */
export const firstLab: GalleryLab = {
  slug: 'clusterip-cross-node',
  group: { en: 'Services', zh: 'Service' },
  title: { en: 'Cross-node ClusterIP', zh: '跨节点的 ClusterIP' },
  about: {
    en: 'The client runs on node-1, the Pods behind the Service on node-2: DNAT, then VXLAN.',
    zh: 'client 在 node-1，Service 背后的 Pod 在 node-2：先 DNAT，再走 VXLAN。',
  },
}

export const defaultSlug = firstLab.slug

/** What a reader wants to see first comes first; the lab's own settings come last. */
const order = ['manifests.yaml', 'cluster.yaml', 'lab.yaml']

/** The files of one lab among texts by their paths (`./SLUG/NAME.yaml`); undefined when none has this slug. */
export function filesIn(texts: Readonly<Record<string, string>>, slug: string): readonly SourceFile[] | undefined {
  const found = Object.entries(texts)
    .filter(([path]) => path.startsWith(`./${slug}/`))
    .map(([path, text]) => ({ name: path.slice(slug.length + 3), text }))
  if (found.length === 0) return undefined
  return found.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
}

const texts = import.meta.glob<string>('./clusterip-cross-node/*.yaml', { query: '?raw', import: 'default', eager: true })

export const firstFiles: readonly SourceFile[] = filesIn(texts, defaultSlug) ?? []
