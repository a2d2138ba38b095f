/** A probability as a fraction of whole numbers, 0 ≤ num ≤ den. */
export interface Fraction {
  readonly num: bigint
  readonly den: bigint
}

export interface Choice {
  /** Names the flow and the place, never a position in a stream: an edit elsewhere changes no other choice. */
  readonly key: string
  /** One weight for each branch; they add up to 1. A branch of weight 0 is never taken. */
  readonly weights: readonly Fraction[]
  /** What each branch means to a reader: the chain jumped to, `next rule`. */
  readonly labels?: readonly string[]
}

/** A choice as it fell. `told`: `seq` of the events that tell what came of it, one for each time that it was asked. */
export interface Thrown extends Choice {
  readonly taken: number
  readonly told: readonly number[]
}

/** Where randomness comes from: hashed, forced by a caller, or every branch in turn. */
export interface Luck {
  /** The number of the branch taken. */
  choose(choice: Choice): number
  /** A whole number from low to high, both included, for values that are one branch (random source ports). */
  number(key: string, low: number, high: number): number
  /** Every branch is walked: what only the past knows, such as where a scheduler stands, is a choice too. */
  readonly everyBranch?: true
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b))

export function fraction(num: bigint | number, den: bigint | number): Fraction {
  const [n, d] = [BigInt(num), BigInt(den)]
  const g = gcd(n, d)
  return g === 0n ? { num: 0n, den: 1n } : { num: n / g, den: d / g }
}
export const times = (a: Fraction, b: Fraction): Fraction => fraction(a.num * b.num, a.den * b.den)
export const plus = (a: Fraction, b: Fraction): Fraction => fraction(a.num * b.den + b.num * a.den, a.den * b.den)
export const rest = (a: Fraction): Fraction => fraction(a.den - a.num, a.den)
export const fractionText = (a: Fraction): string => (a.den === 1n ? `${a.num}` : `${a.num}/${a.den}`)

/** 53 well-mixed bits from a seed and a name; the same name always falls the same way. */
export function mix(seed: number, key: string): number {
  let a = (2166136261 ^ seed) >>> 0
  let b = (0x9e3779b9 ^ Math.imul(seed, 0x85ebca6b)) >>> 0
  for (let i = 0; i < key.length; i++) {
    const c = key.charCodeAt(i)
    a = Math.imul(a ^ c, 16777619)
    b = Math.imul(b ^ c, 0x5bd1e995) ^ (b >>> 13)
  }
  const stir = (h: number): number => {
    let x = h
    x = Math.imul(x ^ (x >>> 16), 2246822507)
    x = Math.imul(x ^ (x >>> 13), 3266489909)
    return (x ^ (x >>> 16)) >>> 0
  }
  return stir(a ^ Math.imul(b, 31)) * 2097152 + (stir(b + a) >>> 11)
}

const SPACE = 2n ** 53n

/** Luck by hash of (seed, key). */
export function hashLuck(seed: number): Luck {
  return {
    choose({ key, weights }) {
      const at = BigInt(mix(seed, key))
      let sum = fraction(0, 1)
      for (const [i, w] of weights.entries()) {
        sum = plus(sum, w)
        if (at * sum.den < sum.num * SPACE) return i
      }
      return weights.length - 1
    },
    number: (key, low, high) => low + (mix(seed, key) % (high - low + 1)),
  }
}

/** Takes the branch that `forced` names for a key, else asks the other luck. */
export function forcedLuck(forced: Readonly<Record<string, number>>, otherwise: Luck): Luck {
  return { ...otherwise, choose: (choice) => forced[choice.key] ?? otherwise.choose(choice) }
}
