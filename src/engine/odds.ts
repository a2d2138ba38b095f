import { type Choice, type Fraction, fraction, type Luck, plus, times } from '../trace/luck.ts'

export interface Leaf<T> {
  readonly probability: Fraction
  readonly result: T
}

/** Every branch of the random choices that a walk makes, each walked once with its exact probability. */
export interface Branches<T> {
  readonly leaves: readonly Leaf<T>[]
  /** The sum of their probabilities: 1 unless the limit cut the tree. */
  readonly covered: Fraction
}

const ONE = fraction(1, 1)

/**
 * Walks again and again, taking the first open branch of each choice not yet decided, until no branch is left or `most` leaves are known.
 * Values that are one branch (random ports) come from `otherwise`.
 */
export function branches<T>(walk: (luck: Luck) => T, otherwise: Luck, most: number): Branches<T> {
  const leaves: Leaf<T>[] = []
  const open: ReadonlyMap<string, number>[] = [new Map()]
  let covered = fraction(0, 1)
  while (open.length > 0 && leaves.length < most) {
    const decided = open.pop() as ReadonlyMap<string, number>
    const taken = new Map(decided)
    let probability = ONE
    const met = new Map<string, Choice>()
    const luck: Luck = {
      number: otherwise.number,
      choose(choice) {
        const known = taken.get(choice.key)
        const first = choice.weights.findIndex((w) => w.num > 0n)
        const branch = known ?? first
        if (!met.has(choice.key)) {
          met.set(choice.key, choice)
          probability = times(probability, choice.weights[branch] ?? ONE)
          if (known === undefined) {
            for (let i = choice.weights.length - 1; i > first; i--) if ((choice.weights[i]?.num ?? 0n) > 0n) open.push(new Map(taken).set(choice.key, i))
            taken.set(choice.key, first)
          }
        }
        return branch
      },
    }
    const result = walk(luck)
    leaves.push({ probability, result })
    covered = plus(covered, probability)
  }
  return { leaves, covered }
}
