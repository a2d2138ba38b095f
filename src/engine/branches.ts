import { type Choice, type Fraction, fraction, type Luck, plus, times } from '../trace/luck.ts'

/** Choices by key, each with the branch taken. */
export type Decisions = ReadonlyMap<string, number>

export interface Leaf<T> {
  /** Of the choices beyond the given start. */
  readonly probability: Fraction
  readonly decisions: Decisions
  readonly result: T
}

export interface Branches<T> {
  readonly leaves: readonly Leaf<T>[]
  /** The sum of their probabilities: 1 unless the limit cut the tree. */
  readonly covered: Fraction
}

const ONE = fraction(1, 1)

/**
 * Walks again and again, taking the first open branch of each choice not yet decided, until no branch is left or `most` leaves are known.
 * Values that are one branch (random ports) come from `otherwise`. What `start` decides is not branched again.
 */
export function branches<T>(walk: (luck: Luck) => T, otherwise: Luck, most: number, start: Decisions = new Map()): Branches<T> {
  const leaves: Leaf<T>[] = []
  const open: Decisions[] = [start]
  let covered = fraction(0, 1)
  while (open.length > 0 && leaves.length < most) {
    const taken = new Map(open.pop())
    const met = new Set<string>()
    let probability = ONE
    const decide = (choice: Choice): number => {
      const known = taken.get(choice.key)
      const first = choice.weights.findIndex((w) => w.num > 0n)
      const branch = known ?? first
      if (met.has(choice.key)) return branch
      met.add(choice.key)
      if (!start.has(choice.key)) probability = times(probability, choice.weights[branch] ?? ONE)
      if (known !== undefined) return branch
      for (let i = choice.weights.length - 1; i > first; i--)
        if ((choice.weights[i]?.num ?? 0n) > 0n) open.push(new Map(taken).set(choice.key, i))
      taken.set(choice.key, first)
      return branch
    }
    const result = walk({ number: otherwise.number, choose: decide, everyBranch: true })
    leaves.push({ probability, decisions: taken, result })
    covered = plus(covered, probability)
  }
  return { leaves, covered }
}
