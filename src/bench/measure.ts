import { performance } from 'node:perf_hooks'

/** Milliseconds. */
export interface Measured {
  readonly median: number
  readonly least: number
}

/** Runs again and again for about `budget` ms, at least `fewest` times, after one run that does not count. `prepare` is not timed. */
export function measure<T>(run: (prepared: T) => unknown, prepare: () => T, budget = 400, fewest = 5): Measured {
  run(prepare())
  const times: number[] = []
  const began = performance.now()
  while (times.length < fewest || (performance.now() - began < budget && times.length < 200)) {
    const prepared = prepare()
    const start = performance.now()
    run(prepared)
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  return { median: times[Math.floor(times.length / 2)] as number, least: times[0] as number }
}

/** One run and its result, for what is too long to be repeated. */
export function once<T>(run: () => T): { readonly ms: number; readonly result: T } {
  const start = performance.now()
  const result = run()
  return { ms: performance.now() - start, result }
}
