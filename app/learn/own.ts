import type { SourceFile } from '../../src/manifest/object.ts'

/** A lab that the visitor keeps in this browser. */
export interface OwnLab {
  readonly name: string
  readonly files: readonly SourceFile[]
  readonly from?: string
  readonly to?: string
}

const KEY = 'packetwalk.labs'
/** Longer names do not fit anywhere. Characters. */
export const LONGEST_NAME = 60

/** `~NAME` in place of a gallery lab's slug. */
export const ownSlug = (name: string): string => `~${name}`
export const ownName = (slug: string): string | undefined => (slug.startsWith('~') ? slug.slice(1) : undefined)

const isFile = (one: unknown): one is SourceFile =>
  typeof one === 'object' && one !== null && 'name' in one && 'text' in one && typeof one.name === 'string' && typeof one.text === 'string'

function labIn(one: unknown): readonly OwnLab[] {
  if (typeof one !== 'object' || one === null) return []
  const { name, files, from, to } = one as Readonly<Record<string, unknown>>
  if (typeof name !== 'string' || name === '' || !Array.isArray(files) || !files.every(isFile)) return []
  return [{ name, files, ...(typeof from === 'string' && typeof to === 'string' ? { from, to } : {}) }]
}

/** The kept labs in the order of their names. What another program left under our key is passed over. */
export function readOwn(text: string | null): readonly OwnLab[] {
  try {
    const found: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(found) ? found.flatMap(labIn) : []
  } catch {
    return []
  }
}

export function keptOwn(): readonly OwnLab[] {
  try {
    return readOwn(localStorage.getItem(KEY))
  } catch {
    return []
  }
}

/** False: the browser's storage is full or forbidden, and nothing was changed. */
export function keepOwn(labs: readonly OwnLab[]): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify(labs))
    return true
  } catch {
    return false
  }
}

export const withLab = (labs: readonly OwnLab[], lab: OwnLab): readonly OwnLab[] =>
  [...labs.filter(({ name }) => name !== lab.name), lab].sort((a, b) => (a.name < b.name ? -1 : 1))

export const withoutLab = (labs: readonly OwnLab[], name: string): readonly OwnLab[] => labs.filter((lab) => lab.name !== name)

/** Hears of changes that another window of this browser makes. */
export function onOwnElsewhere(heard: (labs: readonly OwnLab[]) => void): void {
  addEventListener('storage', (event) => {
    if (event.key === KEY || event.key === null) heard(keptOwn())
  })
}
