import type { Asks, WhyNot } from '../engine/columns/shape.ts'
import type { Lang } from './lang.ts'
import { type Sentence, say } from './sentence.ts'

/** How a miss is told: when the rule wanted this, when it wanted anything but this, and when the packet has no such thing. */
interface Miss {
  readonly plain: Sentence
  readonly not: Sentence
  readonly none: Sentence
}

const same = (sentence: Sentence): Miss => ({ plain: sentence, not: sentence, none: sentence })

const port = (en: string, zh: string): Miss => ({
  plain: { en: `${en} {found}, not {wanted}`, zh: `${zh}是 {found}，不是 {wanted}` },
  not: { en: `${en} {found} is what it leaves out`, zh: `${zh} {found} 正是它排除的` },
  none: { en: `no ports here, wanted ${en} {wanted}`, zh: `没有端口，要求${zh} {wanted}` },
})

const type = (en: string, zh: string): Miss => ({
  plain: { en: `${en} {address} is {kind} here, not {wanted}`, zh: `${zh} {address} 在这里是 {kind}，不是 {wanted}` },
  not: { en: `${en} {address} is {kind}, which it leaves out`, zh: `${zh} {address} 是 {kind}，正是它排除的` },
  none: { en: `${en} unknown, wanted {wanted}`, zh: `${zh}未知，要求 {wanted}` },
})

const misses: Readonly<Record<Asks, Miss>> = {
  'no-ip': same({ en: 'not an IP packet', zh: '不是 IP 数据包' }),
  source: {
    plain: { en: 'source {found}, not {wanted}', zh: '源地址是 {found}，不是 {wanted}' },
    not: { en: 'source {found} is in {wanted}, which it leaves out', zh: '源地址 {found} 属于它排除的 {wanted}' },
    none: { en: 'no source address, wanted {wanted}', zh: '没有源地址，要求 {wanted}' },
  },
  destination: {
    plain: { en: 'destination {found}, not {wanted}', zh: '目的地址是 {found}，不是 {wanted}' },
    not: { en: 'destination {found} is in {wanted}, which it leaves out', zh: '目的地址 {found} 属于它排除的 {wanted}' },
    none: { en: 'no destination address, wanted {wanted}', zh: '没有目的地址，要求 {wanted}' },
  },
  in: {
    plain: { en: 'came in by {found}, not {wanted}', zh: '从 {found} 进来，不是 {wanted}' },
    not: { en: 'came in by {found}, which it leaves out', zh: '从 {found} 进来，正是它排除的' },
    none: { en: 'made on this machine: it came in by no device, wanted {wanted}', zh: '由本机发出，没有进入设备，要求 {wanted}' },
  },
  out: {
    plain: { en: 'leaves by {found}, not {wanted}', zh: '从 {found} 出去，不是 {wanted}' },
    not: { en: 'leaves by {found}, which it leaves out', zh: '从 {found} 出去，正是它排除的' },
    none: { en: 'no way out is chosen yet, wanted {wanted}', zh: '还没有选定出口设备，要求 {wanted}' },
  },
  protocol: {
    plain: { en: 'protocol {found}, not {wanted}', zh: '协议是 {found}，不是 {wanted}' },
    not: { en: 'protocol {found} is what it leaves out', zh: '协议 {found} 正是它排除的' },
    none: { en: 'no {wanted} header', zh: '没有 {wanted} 头' },
  },
  'source-port': port('source port', '源端口'),
  'destination-port': port('destination port', '目的端口'),
  'any-port': {
    plain: { en: 'neither of the ports {found} is {wanted}', zh: '端口 {found} 都不是 {wanted}' },
    not: { en: 'one of the ports {found} is among {wanted}, which it leaves out', zh: '端口 {found} 之一属于它排除的 {wanted}' },
    none: { en: 'no ports here, wanted {wanted}', zh: '没有端口，要求 {wanted}' },
  },
  'tcp-flags': {
    plain: { en: 'TCP flags are {found}, wanted {wanted}', zh: 'TCP 标志是 {found}，要求 {wanted}' },
    not: { en: 'TCP flags are {found}: just what it leaves out ({wanted})', zh: 'TCP 标志是 {found}，正是它排除的（{wanted}）' },
    none: { en: 'no TCP flag is set, wanted {wanted}', zh: '没有任何 TCP 标志，要求 {wanted}' },
  },
  state: {
    plain: { en: 'state {found} is not among {wanted}', zh: '状态 {found} 不在 {wanted} 之中' },
    not: { en: 'state {found} is among {wanted}, which it leaves out', zh: '状态 {found} 在它排除的 {wanted} 之中' },
    none: { en: 'no connection state, wanted {wanted}', zh: '没有连接状态，要求 {wanted}' },
  },
  mark: {
    plain: { en: 'mark {found}, wanted {wanted}', zh: 'mark 是 {found}，要求 {wanted}' },
    not: { en: 'mark is {found}, and it wants packets without {wanted}', zh: 'mark 正是 {found}，它只要没有 {wanted} 的' },
    none: { en: 'no mark, wanted {wanted}', zh: '没有 mark，要求 {wanted}' },
  },
  connmark: {
    plain: { en: 'the connection’s mark is {found}, wanted {wanted}', zh: '连接的 mark 是 {found}，要求 {wanted}' },
    not: {
      en: 'the connection’s mark is {found}, and it wants those without {wanted}',
      zh: '连接的 mark 正是 {found}，它只要没有 {wanted} 的',
    },
    none: { en: 'no connection, wanted mark {wanted}', zh: '没有连接，要求 mark {wanted}' },
  },
  'source-type': type('source', '源地址'),
  'destination-type': type('destination', '目的地址'),
  dice: {
    plain: { en: 'the dice fell elsewhere: {wanted} not taken', zh: '骰子没有落在这里：{wanted} 未选中' },
    not: { en: 'the dice fell on the {wanted} that it leaves out', zh: '骰子落在它排除的 {wanted} 上' },
    none: { en: 'the dice fell elsewhere: {wanted} not taken', zh: '骰子没有落在这里：{wanted} 未选中' },
  },
  turn: {
    plain: { en: 'the turn was another packet’s: {wanted} of the count', zh: '还没轮到：计数要到 {wanted}' },
    not: { en: 'the turn was the one that it leaves out: {wanted}', zh: '正好轮到它排除的：{wanted}' },
    none: { en: 'the turn was another packet’s: {wanted} of the count', zh: '还没轮到：计数要到 {wanted}' },
  },
  rate: same({ en: 'the rate was used up: {wanted}', zh: '速率已用完：{wanted}' }),
  'way-back': {
    plain: { en: 'the way back to the source is not {wanted} but {found}', zh: '回到源地址的路不走 {wanted}，而走 {found}' },
    not: { en: 'the way back to the source is {found}, where it came from', zh: '回到源地址的路正是它进来的 {found}' },
    none: { en: 'no way back to the source', zh: '没有回到源地址的路' },
  },
  recent: {
    plain: { en: '{found} is not in the list {wanted}', zh: '列表 {wanted} 里没有 {found}' },
    not: { en: '{found} is in the list {wanted}, which it leaves out', zh: '{found} 在它排除的列表 {wanted} 里' },
    none: { en: 'no address to look up in {wanted}', zh: '没有可以在 {wanted} 里查的地址' },
  },
  'bridged-in': {
    plain: { en: 'the bridge got it from port {found}, not {wanted}', zh: '网桥从端口 {found} 收到它，不是 {wanted}' },
    not: { en: 'the bridge got it from port {found}, which it leaves out', zh: '网桥从端口 {found} 收到它，正是它排除的' },
    none: { en: 'it did not come in by a bridge port', zh: '它不是从网桥端口进来的' },
  },
  'bridged-out': {
    plain: { en: 'the bridge sends it out by port {found}, not {wanted}', zh: '网桥从端口 {found} 发出它，不是 {wanted}' },
    not: { en: 'the bridge sends it out by port {found}, which it leaves out', zh: '网桥从端口 {found} 发出它，正是它排除的' },
    none: { en: 'it does not leave by a bridge port', zh: '它不从网桥端口出去' },
  },
  bridged: {
    plain: { en: 'it is not bridged from port to port here ({wanted})', zh: '它在这里不是端口到端口的桥接（{wanted}）' },
    not: { en: 'its bridge ports {found} are what it leaves out ({wanted})', zh: '网桥端口 {found} 正是它排除的（{wanted}）' },
    none: { en: 'it is not bridged here ({wanted})', zh: '它在这里没有经过桥接（{wanted}）' },
  },
  icmp: {
    plain: { en: 'ICMP type {found}, not {wanted}', zh: 'ICMP 类型是 {found}，不是 {wanted}' },
    not: { en: 'ICMP type {found} is what it leaves out', zh: 'ICMP 类型 {found} 正是它排除的' },
    none: { en: 'not ICMP, wanted type {wanted}', zh: '不是 ICMP，要求类型 {wanted}' },
  },
  set: {
    plain: { en: '{found} is not in the set {wanted}', zh: '{found} 不在集合 {wanted} 里' },
    not: { en: '{found} is in the set {wanted}, which it leaves out', zh: '{found} 在集合 {wanted} 里，正是它排除的' },
    none: { en: 'nothing that could be in the set {wanted}', zh: '没有可在集合 {wanted} 里查找的内容' },
  },
  map: {
    plain: { en: '{found} is not in the map {wanted}', zh: '{found} 不在映射 {wanted} 里' },
    not: { en: '{found} is in the map {wanted}, which it leaves out', zh: '{found} 在它排除的映射 {wanted} 里' },
    none: { en: 'nothing that could be looked up in {wanted}', zh: '没有可以在 {wanted} 里查的内容' },
  },
  field: {
    plain: { en: '{field} is {found}, not {wanted}', zh: '{field} 是 {found}，不是 {wanted}' },
    not: { en: '{field} is {found}, which it leaves out', zh: '{field} 是 {found}，正是它排除的' },
    none: { en: 'the packet has no {field}, wanted {wanted}', zh: '数据包没有 {field}，要求 {wanted}' },
  },
  ipvs: same({ en: 'no IPVS connection like this: {wanted}', zh: '没有这样的 IPVS 连接：{wanted}' }),
  comment: same({ en: 'a comment asks nothing', zh: '注释不作任何要求' }),
  unknown: same({ en: 'not modelled: {wanted}', zh: '尚未建模：{wanted}' }),
}

const within: Sentence = { en: '{told} (within {seconds} s)', zh: '{told}（{seconds} 秒内）' }

/** Why a rule did not match, in half a sentence. */
export function sayWhyNot(why: WhyNot, lang: Lang): string {
  const { part, wanted, found, not, seconds, field } = why
  const miss = misses[part]
  const [address, kind] = found.split(' ')
  const params = { wanted, found, address: address ?? '', kind: kind ?? '', field: field ?? '' }
  const told = say(not === true ? miss.not : found === '' ? miss.none : miss.plain, params, lang)
  return seconds === undefined ? told : say(within, { told, seconds }, lang)
}

const nouns: Readonly<Record<Asks, Sentence>> = {
  'no-ip': { en: 'not IP', zh: '不是 IP' },
  source: { en: 'source', zh: '源地址' },
  destination: { en: 'destination', zh: '目的地址' },
  in: { en: 'incoming device', zh: '进入设备' },
  out: { en: 'outgoing device', zh: '出口设备' },
  protocol: { en: 'protocol', zh: '协议' },
  'source-port': { en: 'source port', zh: '源端口' },
  'destination-port': { en: 'destination port', zh: '目的端口' },
  'any-port': { en: 'ports', zh: '端口' },
  'tcp-flags': { en: 'TCP flags', zh: 'TCP 标志' },
  state: { en: 'state', zh: '连接状态' },
  mark: { en: 'mark', zh: 'mark' },
  connmark: { en: 'mark of the connection', zh: '连接的 mark' },
  'source-type': { en: 'type of source', zh: '源地址类型' },
  'destination-type': { en: 'type of destination', zh: '目的地址类型' },
  dice: { en: 'dice', zh: '骰子' },
  turn: { en: 'turn', zh: '轮次' },
  rate: { en: 'rate', zh: '速率' },
  'way-back': { en: 'way back', zh: '回程' },
  recent: { en: 'list of addresses', zh: '地址列表' },
  'bridged-in': { en: 'bridge port in', zh: '进入的网桥端口' },
  'bridged-out': { en: 'bridge port out', zh: '出去的网桥端口' },
  bridged: { en: 'bridging', zh: '桥接' },
  icmp: { en: 'ICMP type', zh: 'ICMP 类型' },
  set: { en: 'set', zh: '集合' },
  map: { en: 'map', zh: '映射' },
  field: { en: 'other field', zh: '其他字段' },
  ipvs: { en: 'IPVS', zh: 'IPVS' },
  comment: { en: 'comment', zh: '注释' },
  unknown: { en: 'not modelled', zh: '尚未建模' },
}

/** What a rule asks, in a word or two: `destination`. */
export const sayAsks = (part: Asks, lang: Lang): string => say(nouns[part], {}, lang)
