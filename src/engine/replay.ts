import type { Machines } from '../kernel/machine.ts'
import { hashLuck } from '../trace/luck.ts'
import { branches } from './branches.ts'
import { unknownCommand } from './replay/changes.ts'
import { diff, relax, renumber, samePorts } from './replay/compare.ts'
import { type Golden, type GoldenExpected, type GoldenProbe, type GoldenRules, isGolden } from './replay/golden.ts'
import { partsOf, session } from './replay/session.ts'

export interface Replayed {
  readonly scenario: string
  readonly same: boolean
  /** Steps compared. */
  readonly steps: number
  readonly differences: readonly string[]
  /** Why this file can't be replayed by the model. */
  readonly skipped?: string
}

type Pair = readonly [recorded: GoldenExpected, ours: GoldenExpected]

/**
 * Builds a recorded topology in the model, sends its probes and compares with what the kernel did. Throws on a file of another format.
 * `build` makes the machines some other way than from the texts of the file.
 */
export function replay(json: unknown, build?: (golden: Golden) => Machines): Replayed {
  if (!isGolden(json)) throw new Error('not a packetwalk-kernel-golden/1 file')
  const golden = json
  const { scenario, probe, expected } = golden
  const skipped = reasonToSkip(golden)
  if (skipped !== undefined) return { scenario, same: false, steps: 0, differences: [], skipped }
  if (golden.sequence) return verdict(golden, story(golden, build?.(golden)))
  if (probe && golden.expected_by_branch) return replayBranches(golden, golden.expected_by_branch, probe, build?.(golden))
  if (!probe || !expected) return { scenario, same: false, steps: 0, differences: ['the file has no expected walk'] }
  return verdict(golden, [[expected, session(golden, hashLuck(1), build?.(golden)).probe(probe)]])
}

function reasonToSkip(golden: Golden): string | undefined {
  const parts = partsOf(golden)
  const probes = [...parts.flatMap((p) => ('probe' in p ? [p.probe] : [])), ...(golden.probe ? [golden.probe] : [])]
  const replaced: readonly GoldenRules[] = parts.flatMap((p) => ('do' in p ? Object.values(p.do.rules ?? {}) : []))
  if (replaced.some((r) => r.backend === 'nft')) return 'nft rules that are replaced between probes are not replayed yet'
  if (replaced.some((r) => r.ipvs || r.ipset)) return 'sets and virtual servers that are replaced between probes are not replayed yet'
  if (probes.some((p) => p.reuse !== undefined)) return 'probes over a held connection are not replayed yet'
  const command = unknownCommand(golden)
  return command === undefined ? undefined : `the command "${command}" is not modelled yet`
}

/** Probes and changes in their order, on one state. */
function story(golden: Golden, built: Machines | undefined): readonly Pair[] {
  const run = session(golden, hashLuck(1), built)
  const pairs: Pair[] = []
  for (const part of partsOf(golden)) {
    if ('do' in part) run.change(part.do)
    else pairs.push([part.expected, run.probe(part.probe, part.timeout)])
  }
  return pairs
}

/** A branch of random choices is told apart by the rules that its request matched. */
const branchOf = (e: GoldenExpected): string =>
  JSON.stringify(
    (e.steps ?? []).flatMap((s) =>
      ((s.chains ?? []) as { rules: { chain: string; rule?: string }[] }[]).flatMap((c) => c.rules.map((r) => [s.ns, r.chain, r.rule])),
    ),
  )

/**
 * Every branch of our walk against the recorded ones. What a branch needs an earlier connection for (session affinity) comes out when as
 * many are made as the recorder repeated; two are enough, since only the last one is remembered.
 */
function replayBranches(golden: Golden, recorded: readonly GoldenExpected[], probe: GoldenProbe, built: Machines | undefined): Replayed {
  const sport = (i: number): { sport?: number } => (probe.sport === undefined ? {} : { sport: probe.sport + i })
  let missing: readonly GoldenExpected[] = recorded
  for (let connections = 1; connections <= Math.min(2, golden.repeat ?? 1); connections++) {
    const walks = branches(
      (luck) => {
        const run = session(golden, luck, built)
        return Array.from({ length: connections }, (_, i) => run.probe({ ...probe, ...sport(i) }))
      },
      hashLuck(1),
      256,
    ).leaves.flatMap((l) => l.result)
    const ours = new Map(walks.map((w) => [branchOf(w), w]))
    const pairs = recorded.flatMap((r): readonly Pair[] => {
      const found = ours.get(branchOf(r))
      return found ? [[r, found]] : []
    })
    if (pairs.length === recorded.length) return verdict(golden, pairs)
    missing = recorded.filter((r) => !ours.has(branchOf(r)))
  }
  const differences = missing.map((r) => `no branch of this walk matches the recorded one that ends at ${r.server?.ns ?? r.outcome}`)
  return { scenario: golden.scenario, same: false, steps: 0, differences }
}

const PARTS = [
  'outcome',
  'server',
  'answer_from',
  'after_seconds',
  'steps',
  'reply_steps',
  'third_packet_steps',
  'data_steps',
  'conntrack',
  'arp',
  'learnt',
] as const

function verdict(golden: Golden, pairs: readonly Pair[]): Replayed {
  const differences: string[] = []
  let steps = 0
  for (const [i, [recorded, ours]] of pairs.entries()) {
    const only = (e: GoldenExpected): unknown =>
      Object.fromEntries(PARTS.filter((p) => e[p] !== undefined && !(golden.random_choice && p === 'conntrack')).map((p) => [p, e[p]]))
    const view = (e: GoldenExpected): unknown => relax(renumber(golden.random_choice ? samePorts(only(e)) : only(e)))
    diff(view(recorded), view(ours), golden.sequence ? `#${i + 1}` : '', differences)
    steps += (recorded.steps?.length ?? 0) + (recorded.reply_steps?.length ?? 0) + (recorded.third_packet_steps?.length ?? 0)
    steps += recorded.data_steps?.length ?? 0
  }
  return { scenario: golden.scenario, same: differences.length === 0, steps, differences }
}
