import type { SourceFile } from '../../src/manifest/object.ts'

/** Files added to a lab: a name that is taken gets a number. */
export function joined(files: readonly SourceFile[], more: readonly SourceFile[]): readonly SourceFile[] {
  const all = [...files]
  for (const file of more) {
    const [, stem = file.name, end = ''] = /^(.+?)(\.[^.]+)?$/.exec(file.name) ?? []
    let { name } = file
    for (let n = 2; all.some((one) => one.name === name); n += 1) name = `${stem}-${n}${end}`
    all.push({ name, text: file.text })
  }
  return all
}
