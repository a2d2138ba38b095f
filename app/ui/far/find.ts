/** Half-width forms, no case: what is typed finds what is shown. */
const plain = (text: string): string => text.normalize('NFKC').toLowerCase()

/** How well a text is meant by what was typed; 0: not at all. Every word has to be in it, in any order. */
export function scoreOf(query: string, title: string, note: string): number {
  const words = plain(query)
    .split(/\s+/)
    .filter((w) => w !== '')
  const [head, all] = [plain(title), plain(`${title} ${note}`)]
  let score = 1
  for (const word of words) {
    const at = head.indexOf(word)
    if (at === 0) score += 8
    else if (at > 0) score += /[\s/:.·：-]/.test(head[at - 1] ?? ' ') ? 5 : 3
    else if (all.includes(word)) score += 1
    else return 0
  }
  return score
}
