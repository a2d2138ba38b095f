import type { IptablesCode } from '../../kernel/iptables/codes.ts'
import type { Sentence } from '../sentence.ts'

/** What is wrong with iptables text (a dump, restore input), for each code of that language. */
export const iptablesProblems: Readonly<Record<IptablesCode, Sentence>> = {
  iptables: { en: 'iptables refuses this line: {text}', zh: 'iptables 不接受这一行：{text}' },
  'iptables-kept': {
    en: '{text} is not modelled: the rule is kept word for word, and a walk ends there when all that is known of it matches',
    zh: '{text} 尚未建模：规则原样保留；当它已知的部分全部匹配时，路径在此结束',
  },
  'iptables-no-commit': {
    en: 'the table {text} has no COMMIT: iptables-restore would leave it as it was; here it is read all the same',
    zh: '表 {text} 没有 COMMIT：iptables-restore 不会改动它；这里仍然读取',
  },
}
