type Packer = typeof import('./pack.ts')

let part: Packer | undefined

/** What packs a lab's text into a link; undefined until it has come. Most visits begin without a text in the link. */
export const packer = (): Packer | undefined => part

/** @throws when it can not be fetched */
export async function loadPacker(): Promise<void> {
  part ??= await import('./pack.ts')
}
