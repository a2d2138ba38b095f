/**
 * A map whose values are made when they are asked for, each once: chains and sets of a table with a hundred thousand endpoints. `names` gives
 * all keys in order, and is asked only by those who go through all of them.
 */
export function lazyMap<V>(names: () => readonly string[], make: (name: string) => V | undefined): ReadonlyMap<string, V> {
  const made = new Map<string, V | undefined>()
  let all: readonly string[] | undefined
  const list = (): readonly string[] => {
    all ??= names()
    return all
  }
  const get = (name: string): V | undefined => {
    if (made.has(name)) return made.get(name)
    const value = make(name)
    made.set(name, value)
    return value
  }
  function* entries(): Generator<[string, V], undefined> {
    for (const name of list()) {
      const value = get(name)
      if (value !== undefined) yield [name, value]
    }
    return undefined
  }
  function* values(): Generator<V, undefined> {
    for (const [, value] of entries()) yield value
    return undefined
  }
  function* keys(): Generator<string, undefined> {
    yield* list()
    return undefined
  }
  const map: ReadonlyMap<string, V> = {
    get,
    has: (name) => get(name) !== undefined,
    get size() {
      return list().length
    },
    keys,
    values,
    entries,
    [Symbol.iterator]: entries,
    forEach(tell) {
      for (const [name, value] of entries()) tell(value, name, map)
    },
  }
  return map
}
