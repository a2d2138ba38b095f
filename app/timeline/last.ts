/** The last element that passes; findLast is newer than the language level that the page is compiled to. */
export function lastOf<T>(list: readonly T[], pass: (item: T) => boolean): T | undefined {
  for (let i = list.length - 1; i >= 0; i--) {
    const item = list[i]
    if (item !== undefined && pass(item)) return item
  }
  return undefined
}
