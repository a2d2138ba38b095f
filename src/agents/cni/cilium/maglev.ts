import { mix } from '../../../trace/luck.ts'

const made = new Map<string, Uint16Array>()
const MOST = 64

/**
 * A look-up table of Maglev (Eisenbud and others, NSDI 2016, 3.4): each backend goes through the places in an order of its own and takes the next free
 * one in turn, so all have nearly the same share, every node has the same table, and a backend that leaves gives away few places but its own.
 * `size` has to be prime. The hashes are ours: shares and what moves are as in Cilium, which flow goes where is not.
 */
export function maglevTable(names: readonly string[], size: number): Uint16Array {
  const key = `${size} ${names.join(' ')}`
  const old = made.get(key)
  if (old !== undefined) return old
  const table = new Uint16Array(size).fill(0xffff)
  // the order of the list must not matter: the table follows the names
  const order = names.map((_, i) => i).sort((a, b) => ((names[a] ?? '') < (names[b] ?? '') ? -1 : 1))
  const ways = order.map((i) => {
    const name = names[i] ?? ''
    return { i, at: mix(1, `offset ${name}`) % size, skip: (mix(2, `skip ${name}`) % (size - 1)) + 1 }
  })
  for (let filled = 0; filled < size && ways.length > 0; )
    for (const way of ways) {
      if (filled === size) break
      while (table[way.at] !== 0xffff) way.at = (way.at + way.skip) % size
      table[way.at] = way.i
      filled++
    }
  if (made.size >= MOST) made.clear()
  made.set(key, table)
  return table
}
