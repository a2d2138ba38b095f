import type { TableVisit } from '../../src/engine/columns/shape.ts'
import type { LookKind } from '../../src/engine/columns/shape-look.ts'
import type { RuleVerdict } from '../../src/trace/event.ts'
import type { Lang } from '../ui/lang.ts'
import { bpfWords } from './bpf/words.ts'
import { counters, kinds, nouns } from './kinds.ts'

interface Words {
  readonly title: string
  readonly where: (netns: string, hook: string) => string
  readonly table: (visit: TableVisit) => string
  readonly counts: (visit: TableVisit) => string
  readonly userSpace: string
  readonly tables: string
  readonly noHook: string
  /** Where an eBPF program had its say instead. */
  readonly program: string
  readonly ago: (step: number) => string
  readonly unasked: Readonly<Record<'remembered' | 'untracked' | 'no-chain', string>>
  readonly lost: string
  readonly rules: (n: number) => string
  readonly noRules: string
  readonly policy: (policy: string) => string
  readonly skipped: (n: number) => string
  readonly others: (n: number, kind: LookKind) => string
  /** Under the name of a column that is no chain. */
  readonly looked1: (kind: LookKind, type: string, n: number) => string
  readonly unreadMore: (n: number) => string
  readonly unread: string
  readonly more: (n: number, left: number) => string
  readonly by: (part: string, n: number) => string
  readonly counted: (packets: number, bytes: number) => string
  readonly verdict: (verdict: RuleVerdict) => string
  readonly effect: (kind: 'mark' | 'src' | 'dst', from: string, to: string) => string
  readonly end: (to: string | undefined) => string
  readonly unmodelled: string
  readonly origin: string
  readonly originAt: (hook: string, step: number | undefined) => string
  readonly mark: (mark: string) => string
  readonly source: string
  readonly fields: Readonly<Record<'out' | 'hop' | 'own' | 'new' | 'conntrack', string>>
  readonly none: string
  readonly how: Readonly<Record<'on-net' | 'first' | 'lent', (dev: string, address: string) => string>>
  readonly seen: (address: string) => string
  readonly random: string
  readonly row: Readonly<Record<'matched' | 'no' | 'unread' | 'unmodelled', string>>
  readonly later: string
  readonly looked: string
  readonly lookedEntry: string
  readonly lookedRule: (chain: string, n: number) => string
  readonly close: string
  /** The columns over the whole page, and back beside the stage. */
  readonly whole: string
  readonly beside: string
  readonly column: (n: number, all: number, chain: string) => string
}

const n = (count: number): string => `${count}`.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
const s = (count: number, one: string, many: string): string => `${n(count)} ${count === 1 ? one : many}`

const en: Words = {
  title: 'Chains',
  where: (netns, hook) => `${netns} · ${hook}`,
  table: ({ kind, table, base, priority }) => {
    switch (kind) {
      case 'iptables':
        return `table ${table}`
      case 'nft':
        return `table ${table} · ${base}, priority ${priority ?? ''}`
      case 'ipvs':
        return `IPVS, priority ${priority ?? ''}`
      case 'process':
      case 'bpf':
        return table
    }
  },
  counts: ({ kind, evaluated, matched, lookups = 0, bpf }) => {
    if (bpf) return bpfWords('en').counts(bpf)
    if (kind === 'process') return 'a program, not a rule'
    const looked = lookups === 0 ? [] : [s(lookups, 'look-up', 'look-ups')]
    if (kind === 'ipvs') return `${looked.join('')}, however many Services there are`
    return [`${s(evaluated, 'rule', 'rules')} evaluated, ${n(matched)} matched`, ...looked].join(', ')
  },
  userSpace: 'user space',
  tables: 'Tables of this hook',
  noHook: 'No chain is asked at this stop. ↓ goes to the next rule.',
  program: 'No chain is asked at this stop: an eBPF program decides here. ↓ goes through what it does.',
  ago: (step) => `asked last, at step ${n(step)}`,
  unasked: {
    remembered: 'No rule is read here. Table nat is asked once a connection; conntrack remembers what its first packet got.',
    untracked: 'No rule is read here. Table nat is asked only for packets whose connection conntrack knows, and this one has none.',
    'no-chain': 'No table has a chain at this hook.',
  },
  lost: 'The engine has moved on: press Send to walk again, and the chains come back.',
  rules: (count) => s(count, 'rule', 'rules'),
  noRules: 'no rules',
  policy: (policy) => `policy ${policy}`,
  skipped: (count) => `${n(count)} tried, none matched`,
  others: (count, kind) => `${n(count)} other ${nouns[kind][count === 1 ? 0 : 1]}`,
  looked1: (kind, type, count) => {
    const many = s(count, ...nouns[kind])
    if (kind === 'wire' || kind === 'program') return kinds.en[kind](type)
    return kind === 'numgen' ? `${many}, one draw` : `${kinds.en[kind](type)} · ${many}`
  },
  unreadMore: (count) => `${n(count)} more, not looked at`,
  unread: 'not looked at',
  more: (count, left) => `${n(count)} more of ${n(left)}`,
  by: (part, count) => `${part} ×${n(count)}`,
  counted: (packets, bytes) => `${s(packets, 'pkt', 'pkts')}, ${n(bytes)} B`,
  verdict: (verdict) => {
    switch (verdict.kind) {
      case 'jump':
      case 'goto':
        return ''
      case 'accept':
        return 'decided: ACCEPT'
      case 'drop':
        return 'the packet ends here'
      case 'reject':
        return `refused with ${verdict.with}`
      case 'return':
        return 'back to the caller'
      case 'continue':
        return 'goes on to the next rule'
    }
  },
  effect: (kind, from, to) => `${kind} ${from} → ${to}`,
  end: (to) => (to === undefined ? 'end of chain' : `end of chain, back to ${to}`),
  unmodelled: 'not modelled: the walk ends here',
  origin: 'Where the mark came from',
  originAt: (hook, step) => (step === undefined ? hook : `${hook} · step ${step}`),
  mark: (mark) => `mark ${mark}`,
  source: 'Which address, and who decides it',
  fields: { out: 'leaves by', hop: 'next hop', own: 'its addresses', new: 'new source', conntrack: 'conntrack' },
  none: 'none',
  how: {
    'on-net': (dev, address) => `The rule names no address: the way out decides. ${address} is what ${dev} has in the next hop’s network.`,
    first: (dev, address) =>
      `The rule names no address: the way out decides. Nothing on ${dev} lies in the next hop’s network, so its first address is taken: ${address}.`,
    lent: (dev, address) =>
      `The rule names no address: the way out decides. ${dev} has none, so another device lends its first: ${address}.`,
  },
  seen: (address) => `Whoever gets the packet sees ${address}.`,
  random: 'Fully random: the port is drawn.',
  row: { matched: 'matched', no: 'no match', unread: 'not looked at', unmodelled: 'not modelled' },
  later: 'still to come',
  looked: 'A rule beside the way',
  lookedEntry: 'An entry beside the way',
  lookedRule: (chain, count) => `${chain} · rule ${n(count)}`,
  close: 'Close',
  whole: 'Show the chains over the whole page',
  beside: 'Back beside the stage',
  column: (at, all, chain) => `Column ${at} of ${all}: ${chain}`,
}

const zh: Words = {
  title: '规则链',
  where: (netns, hook) => `${netns} · ${hook}`,
  table: ({ kind, table, base, priority }) => {
    switch (kind) {
      case 'iptables':
        return `table ${table}`
      case 'nft':
        return `table ${table} · ${base}，priority ${priority ?? ''}`
      case 'ipvs':
        return `IPVS，priority ${priority ?? ''}`
      case 'process':
      case 'bpf':
        return table
    }
  },
  counts: ({ kind, evaluated, matched, lookups = 0, bpf }) => {
    if (bpf) return bpfWords('zh').counts(bpf)
    if (kind === 'process') return '是程序，不是规则'
    const looked = lookups === 0 ? [] : [`查表 ${n(lookups)} 次`]
    if (kind === 'ipvs') return `${looked.join('')}，与 Service 多少无关`
    return [`看了 ${n(evaluated)} 条规则，命中 ${n(matched)} 条`, ...looked].join('，')
  },
  userSpace: '用户态',
  tables: '这个 hook 上的表',
  noHook: '这一步不查规则链。按 ↓ 到下一条规则。',
  program: '这一步不查规则链，由 eBPF 程序决定。按 ↓ 看它逐步做什么。',
  ago: (step) => `上一次查规则链是第 ${n(step)} 步`,
  unasked: {
    remembered: '这里不读任何规则。nat 表每条连接只问一次，第一个数据包怎样改，conntrack 都记得。',
    untracked: '这里不读任何规则。nat 表只问 conntrack 认得的连接，而这个数据包不属于任何连接。',
    'no-chain': '这个 hook 上没有任何表有链。',
  },
  lost: '引擎已经换了实验：点“发送”再走一遍，规则链就会回来。',
  rules: (count) => `${n(count)} 条规则`,
  noRules: '没有规则',
  policy: (policy) => `默认策略 ${policy}`,
  skipped: (count) => `看过 ${n(count)} 条，都不匹配`,
  others: (count, kind) => `另有 ${n(count)} ${counters[kind]}`,
  looked1: (kind, type, count) => {
    const many = `${n(count)} ${counters[kind]}`
    if (kind === 'wire' || kind === 'program') return kinds.zh[kind](type)
    return kind === 'numgen' ? `${many}，抽一次` : `${kinds.zh[kind](type)} · ${many}`
  },
  unreadMore: (count) => `还有 ${n(count)} 条，不再看`,
  unread: '已有裁决，不再看',
  more: (count, left) => `再显示 ${n(count)} 条，共剩 ${n(left)} 条`,
  by: (part, count) => `${part} ×${n(count)}`,
  counted: (packets, bytes) => `${n(packets)} 包 ${n(bytes)} B`,
  verdict: (verdict) => {
    switch (verdict.kind) {
      case 'jump':
      case 'goto':
        return ''
      case 'accept':
        return '裁决：ACCEPT'
      case 'drop':
        return '数据包到此为止'
      case 'reject':
        return `拒绝，回 ${verdict.with}`
      case 'return':
        return '回到调用它的链'
      case 'continue':
        return '接着看下一条'
    }
  },
  effect: (kind, from, to) => `${kind} ${from} → ${to}`,
  end: (to) => (to === undefined ? '链走完了' : `链走完了，回到 ${to}`),
  unmodelled: '尚未建模：行程到此为止',
  origin: '标记从哪来',
  originAt: (hook, step) => (step === undefined ? hook : `${hook} · 第 ${step} 步`),
  mark: (mark) => `mark ${mark}`,
  source: '源地址由谁决定',
  fields: { out: '出口设备', hop: '下一跳', own: '设备地址', new: '新的源', conntrack: '写进 conntrack' },
  none: '没有',
  how: {
    'on-net': (dev, address) => `规则里没有写地址，由出口决定：${dev} 上与下一跳同网段的地址是 ${address}。`,
    first: (dev, address) => `规则里没有写地址，由出口决定：${dev} 上没有与下一跳同网段的地址，于是取它的第一个：${address}。`,
    lent: (dev, address) => `规则里没有写地址，由出口决定：${dev} 没有地址，于是借用另一块设备的第一个：${address}。`,
  },
  seen: (address) => `收到数据包的一方看到的是 ${address}。`,
  random: '端口完全随机。',
  row: { matched: '命中', no: '不匹配', unread: '不再看', unmodelled: '尚未建模' },
  later: '还没走到',
  looked: '路旁的一条规则',
  lookedEntry: '路旁的一条表项',
  lookedRule: (chain, count) => `${chain} · 第 ${n(count)} 条`,
  close: '关闭',
  whole: '规则链占满页面',
  beside: '回到舞台旁边',
  column: (at, all, chain) => `第 ${at} 列，共 ${all} 列：${chain}`,
}

export type ChainWords = Words
const books: Readonly<Record<Lang, Words>> = { en, zh }
export const wordsOf = (lang: Lang): Words => books[lang]
