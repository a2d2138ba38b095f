import type { DumpCode } from '../../dump/codes.ts'
import type { Sentence } from '../sentence.ts'

/** What is to be said of a node's dump, for each code of that room. */
export const dumpProblems: Readonly<Record<DumpCode, Sentence>> = {
  'dump-refused': { en: '{tool} would refuse this line at “{token}”: {text}', zh: '{tool} 不接受这一行，问题在“{token}”：{text}' },
  'dump-kept': {
    en: '{text} is not modelled ({n}×): it is kept word for word, and a walk ends there when all that is known of the rule matches',
    zh: '{text} 尚未建模（{n} 处）：原样保留；当规则已知的部分全部匹配时，路径在此结束',
  },
  'dump-kept-more': { en: '{n} further parts of rules are not modelled', zh: '另有 {n} 种规则成分尚未建模' },
  'dump-prose': {
    en: '{n} lines are no output of a tool and are passed over, the first is “{text}”',
    zh: '{n} 行不是工具输出，已跳过；第一行是“{text}”',
  },
  'dump-cut': {
    en: 'the text stops in the middle of line {line}: the rule is kept as it stands, and a walk that reaches it ends there',
    zh: '文本在第 {line} 行中间断开：规则原样保留，路径走到这里就结束',
  },
  'dump-wrapped': {
    en: 'line {line} was wrapped by a terminal: read together with the next',
    zh: '第 {line} 行被终端折行：与下一行合并读取',
  },
  'dump-no-commit': { en: 'the table {table} has no COMMIT: the text may be cut', zh: '表 {table} 没有 COMMIT：文本可能被截断' },
  'dump-no-chain': {
    en: 'rules lead to the chain {chain} of table {table}, and the dump does not have it: a walk that goes there ends',
    zh: '有规则跳转到表 {table} 的链 {chain}，但文本里没有它：路径走到那里就结束',
  },
  'dump-table-guessed': {
    en: 'taken for the table {table}: its chains say so. spec.dumps[].table says it for certain',
    zh: '按其中的链判断为表 {table}；可用 spec.dumps[].table 明确指定',
  },
  'dump-no-table': {
    en: 'which table these chains are of cannot be told, so they are left out: say it with spec.dumps[].table',
    zh: '无法判断这些链属于哪个表，因此未采用：请用 spec.dumps[].table 指定',
  },
  'dump-no-interfaces': {
    en: 'interface not shown: this listing of table {table} was made without -v. Of chains other than KUBE-* a walk ends at the first rule that may match; paste iptables-save, or -L -v',
    zh: '未显示网络接口：表 {table} 的列表没有加 -v。除 KUBE-* 链外，路径在第一条可能匹配的规则处结束；请粘贴 iptables-save 或 -L -v 的输出',
  },
  'dump-order': {
    en: 'in chain {chain} a rule that chooses by chance stands behind one that always matches: the lines are no longer in their order, and the real node chooses otherwise',
    zh: '链 {chain} 中，随机选择的规则排在必然匹配的规则之后：行的顺序已被打乱，真实节点的选择不同',
  },
  'dump-nft-of-iptables': {
    en: '{table} is kept by iptables-nft, and nft shows its rules with parts left out, so it is not read: paste iptables-save',
    zh: '{table} 由 iptables-nft 管理，nft 显示的规则不完整，因此不采用：请粘贴 iptables-save 的输出',
  },
  'dump-no-set': {
    en: 'unknown set {set}: rules ask for it and no ipset output is there, so a walk that asks ends',
    zh: '未知集合 {set}：规则会查询它，但没有 ipset 的输出，路径查询到这里就结束',
  },
  'dump-word': { en: '{tool}: “{word}” is not modelled, so this line is left out', zh: '{tool}：“{word}”尚未建模，这一行未采用' },
  'dump-too-large': { en: '{size} MB of nft text; up to {limit} MB are read', zh: 'nft 文本有 {size} MB；最多读取 {limit} MB' },
  'dump-no-file': { en: 'no file {file} is among those of the lab', zh: '实验里没有文件 {file}' },
  'dump-file-or-text': { en: 'say either file or text', zh: '请在 file 和 text 中写且只写一个' },
  'dump-no-node': { en: 'no node {node} in this lab: there are {names}', zh: '实验里没有节点 {node}：现有 {names}' },
  'dump-node-guessed': {
    en: '{file} does not say of which node it is; taken for {node}. spec.dumps[].node says it, or a file name that begins with the node’s',
    zh: '{file} 没有说明属于哪个节点，按 {node} 处理；可用 spec.dumps[].node 指定，或让文件名以节点名开头',
  },
  'dump-nothing': { en: 'nothing in {file} is the output of a tool that is read here', zh: '{file} 里没有可读取的工具输出' },
  'dump-many-endpoints': {
    en: 'rules send to more than {limit} addresses: those beyond are not in the lab, and a packet to them finds nobody',
    zh: '规则指向的地址超过 {limit} 个：其余的不在实验里，发往它们的数据包找不到接收者',
  },
}
