/** Columns as wide as their widest cell; the first is aligned to the left, numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => (r[i] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    cells.map((c, i) => (i === 0 ? c.padEnd(widths[i] as number) : c.padStart(widths[i] as number))).join('  ')
  return [head, widths.map((w) => '-'.repeat(w)), ...rows].map((r) => `${line(r).trimEnd()}\n`).join('')
}

export const ms = (n: number): string => (n < 10 ? n.toFixed(2) : n < 100 ? n.toFixed(1) : n.toFixed(0))
export const ratio = (n: number): string => `${n < 10 ? n.toFixed(1) : n.toFixed(0)}x`
