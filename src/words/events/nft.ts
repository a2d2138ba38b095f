import type { TraceEvent } from '../../trace/event.ts'
import type { InBoth } from '../said.ts'

type RuleEvent = Extract<TraceEvent, { readonly kind: 'rule' }>

/** What a rule looked up, if it did. */
function lookupWords({ lookup }: RuleEvent): readonly [en: string, zh: string] {
  if (lookup === undefined) return ['', '']
  return [`Found in ${lookup.map}: ${lookup.element}. `, `在 ${lookup.map} 中找到：${lookup.element}。`]
}

/** The statement of an nft rule that rewrites addresses. */
const natOf = (text: string): string | undefined => /(?:^|\s)((?:dnat|snat|masquerade|redirect)(?:\s.*)?)$/.exec(text)?.[1]

/** A rule of nftables, which has no targets: its text says all that it does. */
export function nftRuleWords(event: RuleEvent): InBoth {
  const { verdict, text } = event
  const { chain } = event.rule
  const [foundEn, foundZh] = lookupWords(event)
  switch (verdict.kind) {
    case 'jump':
    case 'goto':
      return {
        en: [
          `${chain} → ${verdict.chain}`,
          `${foundEn}${verdict.kind === 'jump' ? 'A jump: the end of that chain leads back here.' : 'A goto: nothing leads back to this chain.'}`,
        ],
        zh: [
          `${chain} → ${verdict.chain}`,
          `${foundZh}${verdict.kind === 'jump' ? 'jump：那条链走完后回到这里。' : 'goto：不会再回到这条链。'}`,
        ],
      }
    case 'continue':
      return {
        en: [`${chain}: ${text}`, `${foundEn}The packet goes on to the next rule.`],
        zh: [`${chain}：${text}`, `${foundZh}数据包接着看下一条规则。`],
      }
    case 'return':
      return {
        en: [`${chain} has nothing more to do`, 'return: back to the chain that called.'],
        zh: [`${chain} 到此返回`, 'return：回到调用它的链。'],
      }
    case 'accept': {
      const nat = natOf(text)
      if (nat === undefined)
        return {
          en: [
            `${event.base}: accepted`,
            `${foundEn}accept ends this base chain alone; later chains of this hook can still drop the packet.`,
          ],
          zh: [`${event.base}：accept`, `${foundZh}accept 只结束这一条基础链；同一钩子上后面的链仍可能丢弃数据包。`],
        }
      const to = /^(dnat|redirect)/.test(nat)
      return {
        en: [`${chain}: ${nat}`, `This rule gives the packet another ${to ? 'destination' : 'source'}.`],
        zh: [`${chain}：${nat}`, to ? '这条规则给数据包换了目的地址。' : '这条规则给数据包换了源地址。'],
      }
    }
    case 'drop':
      return {
        en: [`${chain} drops the packet`, `${foundEn}drop sends nothing back: the sender waits until it times out.`],
        zh: [`${chain} 丢弃数据包`, `${foundZh}drop 不回任何东西，发送方只能等到超时。`],
      }
    case 'reject':
      return {
        en: [
          `${chain} refuses the packet`,
          `${foundEn}reject sends ${verdict.with} back: the caller fails at once and need not wait for a timeout.`,
        ],
        zh: [`${chain} 拒绝数据包`, `${foundZh}reject 立刻回一个 ${verdict.with}：调用方马上失败，不用等到超时。`],
      }
  }
}
