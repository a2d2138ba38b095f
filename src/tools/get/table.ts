/** A table as kubectl prints it: each column as wide as its widest cell and three blanks more, the last not padded. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const GAP = 3

export function printTable({ columns, rows }: Table): string {
  const all = [columns, ...rows]
  const widths = columns.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)) + GAP)
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('')
  return `${all.map(line).join('\n')}\n`
}

/** What kubectl prints for the age of an object without a creation time: no clock runs in a lab. */
export const AGE = '<unknown>'
export const NONE = '<none>'

/** At most three, then how many more. */
export function threeOf(list: readonly string[]): string {
  const more = list.length - 3
  return more > 0 ? `${list.slice(0, 3).join(',')} + ${more} more...` : list.join(',')
}

/** `app=web,tier=front`, keys sorted; `<none>` when there are none. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const text = Object.keys(labels ?? {})
    .sort()
    .map((key) => `${key}=${labels?.[key]}`)
    .join(',')
  return text === '' ? NONE : text
}
