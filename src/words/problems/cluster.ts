import type { Sentence } from '../sentence.ts'

/** What is wrong with a cluster as a whole, for each code of the cluster room. */
export const clusterProblems = {} as const satisfies Readonly<Record<string, Sentence>>
