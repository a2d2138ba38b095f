/**
 * A part of the engine that few labs need (a rule language, a mode of kube-proxy, the reader of dumps): its code comes when it is first
 * asked for, so that the first walk of a visitor does not wait for it. The engine itself never waits: `get()` of a part that is not
 * there throws `Missing`, the worker loads it and asks the whole question again, which is the same question and has the same answer.
 * The command line and the tests load all parts before they begin (`engine/parts.ts`).
 */
export class Late<T> {
  private value: T | undefined
  private readonly fetch: () => Promise<T>

  /** `fetch`: an `import()` of the part, written where the bundler sees it. */
  constructor(fetch: () => Promise<T>) {
    this.fetch = fetch
  }

  /** The part. Throws `Missing` before `load` is done. */
  get(): T {
    if (this.value === undefined) throw new Missing(this)
    return this.value
  }

  /** The part, or undefined before `load` is done. */
  get loaded(): T | undefined {
    return this.value
  }

  /** Rejects when the part cannot be fetched; may be asked again. */
  async load(): Promise<void> {
    this.value ??= await this.fetch()
  }
}

/** No mistake of anybody: what was asked needs a part that has yet to be loaded. */
export class Missing extends Error {
  readonly part: Late<unknown>

  constructor(part: Late<unknown>) {
    super('a part of the engine is not loaded')
    this.part = part
  }
}

/** Runs `ask` again until every part that it meets is there. Rejects with what `ask` throws, or when a part cannot be fetched. */
export async function withParts<T>(ask: () => T): Promise<T> {
  for (;;) {
    try {
      return ask()
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      await error.part.load()
    }
  }
}
