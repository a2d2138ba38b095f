import type { Moment } from '../../kernel/moment.ts'
import { act } from '../../kernel/nft/act.ts'
import type { NftRule, NftTable } from '../../kernel/nft/ast.ts'
import type { Standing } from './language.ts'
import type { RuleEvent } from './sight.ts'
import { languageOf, momentAt, skbOf } from './sight.ts'

const tableOf = ({ netns }: Standing, { rule }: RuleEvent): NftTable | undefined =>
  netns.nft?.tables.find((t) => t.name === rule.table && t.family === rule.tableFamily)

const updates = (rule: NftRule | undefined): boolean => rule?.statements.some((s) => s.kind === 'update') === true

/** Does again what earlier packets added to the sets of a machine, up to an event. */
export function replaySets(at: Standing, until: number, moment: Moment): void {
  const steps = at.scene.journeys
    .flatMap(({ events }) => events)
    .filter((e): e is RuleEvent => e.kind === 'rule' && e.at.netns === at.netns.name && e.seq < until && languageOf(e) === 'nft')
    .sort((a, b) => a.seq - b.seq)
  const now = moment.clock
  for (const step of steps) {
    const table = tableOf(at, step)
    const chain = table?.chains.get(step.rule.chain)
    const rule = chain?.rules[step.rule.index]
    const [skb, hook] = [skbOf(step), step.at.hook]
    if (!table || !chain || !rule || !updates(rule) || !skb || hook === undefined) continue
    moment.clock = momentAt(at.scene, step, skb).clock
    const sight = { run: { moment, luck: at.scene.luck }, netns: at.netns, hook, skb }
    for (const s of rule.statements) if (s.kind === 'update') act(s, sight, { table, chain, counter: '' })
  }
  moment.clock = now
}
