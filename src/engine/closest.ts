/** The name that was probably meant: one that begins so (a Pod without its hash), else the one that differs in the fewest letters. */
export function closest(word: string, among: readonly string[]): string | undefined {
  const longer = word.length < 3 ? undefined : among.find((name) => name.startsWith(`${word}-`))
  if (longer !== undefined) return longer
  // A Pod without its namespace, a node or host without the word in front.
  const bare = word.includes('/') ? undefined : among.find((name) => name.endsWith(`/${word}`))
  if (bare !== undefined) return bare
  let best: string | undefined
  let least = Math.max(2, Math.floor(word.length / 4)) + 1
  for (const candidate of among.slice(0, 2000)) {
    const d = distance(word, candidate, least)
    if (d < least) [best, least] = [candidate, d]
  }
  return best
}

function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length] ?? limit
}
