import type { Problem } from '../trace/problem.ts'
import type { Lang } from './lang.ts'
import { agentProblems } from './problems/agents.ts'
import { clusterProblems } from './problems/cluster.ts'
import { dumpProblems } from './problems/dump.ts'
import { iptablesProblems } from './problems/iptables.ts'
import { ipvsProblems } from './problems/ipvs.ts'
import { manifestProblems } from './problems/manifest.ts'
import { nftProblems } from './problems/nft.ts'
import { questionProblems } from './problems/question.ts'
import { type Sentence, say } from './sentence.ts'

/** One table a room. */
const tables: readonly Readonly<Record<string, Sentence>>[] = [
  manifestProblems,
  clusterProblems,
  agentProblems,
  iptablesProblems,
  nftProblems,
  ipvsProblems,
  dumpProblems,
  questionProblems,
]

/** Tables that few labs need: whoever speaks of them brings them. */
const late: Readonly<Record<string, Sentence>>[] = []

/** Adds sentences that are not part of the first script. */
export function learnProblems(table: Readonly<Record<string, Sentence>>): void {
  if (!late.includes(table)) late.push(table)
}

/** Every code that has a sentence of the first script. */
export const problemCodes: readonly string[] = tables.flatMap((table) => Object.keys(table))

export function sentenceOf(code: string): Sentence | undefined {
  return [...tables, ...late].find((table) => Object.hasOwn(table, code))?.[code]
}

/** What a problem says, without its place. A code without a sentence is shown as it is: a bug of ours, but the visitor still learns something. */
export function sayProblem(problem: Problem, lang: Lang): string {
  const sentence = sentenceOf(problem.code)
  return sentence
    ? say(sentence, problem.params, lang)
    : [problem.code, ...Object.entries(problem.params).map(([k, v]) => `${k}=${v}`)].join(' ')
}

/** The command line's form: `FILE:LINE:COL: error: FIELD.PATH: message`, without what there is not. */
export function printProblem(problem: Problem, lang: Lang): string {
  const { where, severity } = problem
  const place = where ? `${where.file}:${where.line}:${where.column}: ` : ''
  const said = sayProblem(problem, lang)
  // Some sentences begin with the field themselves.
  const field = where && where.field !== '' && !said.startsWith(where.field) ? `${where.field}: ` : ''
  return `${place}${severity}: ${field}${said}`
}
