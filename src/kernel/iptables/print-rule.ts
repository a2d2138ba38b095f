import { addressOf, lengthOf } from '../../net/cidr.ts'
import type { Match, Not, Rule, Target } from './ast.ts'
import { protoNumber, protoSaved } from './print-proto.ts'
import { flagText, hex, portText, probabilityText, savedString, stateText } from './print-words.ts'

/** `! ` in front of a negated option. */
export const bang = (part: Not | undefined): string => (part?.not ? '! ' : '')
const when = (text: string, shown: unknown): string => (shown ? text : '')

function printMarked(value: number, mask: number): string {
  return mask >>> 0 === 0xffffffff ? hex(value) : `${hex(value)}/${hex(mask)}`
}

/** One match as iptables-save 1.8.9 prints it, `-m` included. */
export function printMatch(m: Match): string {
  switch (m.kind) {
    case 'comment':
      return `-m comment --comment ${savedString(m.text)}`
    case 'tcp':
    case 'udp':
    case 'sctp': {
      const { sport, dport, flags } = m
      return (
        `-m ${m.kind}` +
        when(` ${bang(sport)}--sport ${sport && portText(sport)}`, sport) +
        when(` ${bang(dport)}--dport ${dport && portText(dport)}`, dport) +
        when(` ${bang(flags)}--tcp-flags ${flags && `${flagText(flags.mask)} ${flagText(flags.set)}`}`, flags)
      )
    }
    case 'conntrack':
      return `-m ${m.module ?? 'conntrack'} ${bang(m)}--${m.module ?? 'ctstate'} ${stateText(m.states)}`
    case 'mark':
      return `-m mark ${bang(m)}--mark ${printMarked(m.value, m.mask)}`
    case 'connmark':
      return `-m connmark ${bang(m)}--mark ${printMarked(m.value, m.mask)}`
    case 'addrtype':
      return (
        '-m addrtype' +
        when(` ${when('! ', m.notSrc)}--src-type ${m.src}`, m.src) +
        when(` ${when('! ', m.notDst)}--dst-type ${m.dst}`, m.dst) +
        when(' --limit-iface-in', m.limitIn) +
        when(' --limit-iface-out', m.limitOut)
      )
    case 'statistic':
      return `-m statistic --mode random ${bang(m)}--probability ${probabilityText(m.probability)}`
    case 'nth':
      return `-m statistic --mode nth ${bang(m)}--every ${m.every} --packet ${m.packet}`
    case 'rpfilter':
      return `-m rpfilter${rpfilterOptions(m)
        .map((o) => ` --${o}`)
        .join('')}`
    case 'multiport':
      return `-m multiport ${bang(m)}--${m.which} ${m.ports.map((p) => portText(p)).join(',')}`
    case 'recent':
      return (
        `-m recent ${bang(m)}--${m.op}` +
        when(` --seconds ${m.seconds}`, m.seconds !== undefined) +
        when(' --reap', m.reap) +
        when(` --hitcount ${m.hitcount}`, m.hitcount !== undefined) +
        ` --name ${m.name} --mask ${m.mask} --${m.side}`
      )
    case 'physdev':
      return `-m physdev${physdevOptions(m)
        .map((o) => ` ${o}`)
        .join('')}`
    case 'set':
      return `-m set ${bang(m)}--match-set ${m.name} ${m.dirs.join(',')}`
    case 'ipvs':
      return `-m ipvs${ipvsOptions(m, '--')
        .map((o) => ` ${o}`)
        .join('')}`
    case 'icmp': {
      const type = m.code === undefined ? `${m.type}` : `${m.type}/${m.code}`
      return m.v6 ? `-m icmp6 ${bang(m)}--icmpv6-type ${type}` : `-m icmp ${bang(m)}--icmp-type ${type}`
    }
    case 'unknown':
      return m.words
  }
}

/** The options of `-m ipvs`, in the order of libxt_ipvs; -L prints the same words without dashes. */
export function ipvsOptions(m: Extract<Match, { kind: 'ipvs' }>, dashes: '--' | ''): readonly string[] {
  const one = (name: string, part: Not | undefined, value: string | number = ''): string =>
    part === undefined ? '' : `${bang(part)}${dashes}${name}${value === '' ? '' : ` ${value}`}`
  const all = m.vaddr && lengthOf(m.vaddr.net) === (m.vaddr.net.includes(':') ? 128 : 32)
  return [
    one('ipvs', m.ipvs),
    one('vproto', m.vproto, m.vproto && protoNumber(m.vproto.proto)),
    one('vaddr', m.vaddr, m.vaddr && (all ? addressOf(m.vaddr.net) : m.vaddr.net)),
    one('vport', m.vport, m.vport?.port),
    one('vdir', m.vdir, m.vdir?.dir),
    one('vmethod', m.vmethod, m.vmethod?.method),
  ].filter((o) => o !== '')
}

/** The options of `-m rpfilter`, in the order of libxt_rpfilter; -L prints the same words. */
export function rpfilterOptions(m: Extract<Match, { kind: 'rpfilter' }>): readonly string[] {
  return [when('loose', m.loose), when('validmark', m.validmark), when('accept-local', m.acceptLocal), when('invert', m.not)].filter(
    (o) => o !== '',
  )
}

/** The options of `-m physdev`, in the order of libxt_physdev; -L prints the same words. */
export function physdevOptions(m: Extract<Match, { kind: 'physdev' }>): readonly string[] {
  const not = bang(m)
  return [
    when(`${not}--physdev-is-in`, m.isIn),
    when(`${not}--physdev-in ${m.in}`, m.in),
    when(`${not}--physdev-is-out`, m.isOut),
    when(`${not}--physdev-out ${m.out}`, m.out),
    when(`${not}--physdev-is-bridged`, m.isBridged),
  ].filter((o) => o !== '')
}

/** A target as iptables-save 1.8.9 prints it, `-j` or `-g` included. */
export function printTarget(t: Target): string {
  switch (t.kind) {
    case 'jump':
      return `-j ${t.chain}`
    case 'goto':
      return `-g ${t.chain}`
    case 'accept':
    case 'drop':
    case 'return':
      return `-j ${t.kind.toUpperCase()}`
    case 'reject':
      return `-j REJECT --reject-with ${t.with}`
    case 'dnat':
      return `-j DNAT --to-destination ${t.to}${when(' --random', t.random)}${when(' --persistent', t.persistent)}`
    case 'snat':
      return `-j SNAT --to-source ${t.to}${when(' --random-fully', t.randomFully)}`
    case 'masquerade':
      return `-j MASQUERADE${t.ports ? ` --to-ports ${portText(t.ports, '-')}` : ''}${when(' --random-fully', t.randomFully)}`
    case 'redirect':
      return `-j REDIRECT${t.ports ? ` --to-ports ${portText(t.ports, '-')}` : ''}`
    case 'mark':
      return `-j MARK --set-xmark ${hex(t.value)}/${hex(t.mask)}`
    case 'connmark':
      if (t.op === 'set') return `-j CONNMARK --set-xmark ${hex(t.value)}/${hex(t.ctmask)}`
      return `-j CONNMARK --${t.op}-mark --nfmask ${hex(t.nfmask)} --ctmask ${hex(t.ctmask)}`
    case 'log':
      return `-j ${t.group ? 'NFLOG' : 'LOG'}${when(` ${t.words}`, t.words)}`
    case 'notrack':
      return t.ct ? '-j CT --notrack' : '-j NOTRACK'
    case 'unknown':
      return t.words
  }
}

/** The conditions and matches of a rule, as iptables-save 1.8.9 orders them; each begins with one blank. */
function printConditions(rule: Rule): string {
  const { src, dst, proto } = rule
  const shown = (d: Rule['in']): boolean => d !== undefined && (d.dev !== '+' || d.not === true)
  return (
    when(` ${bang(src)}-s ${src?.net}`, src && (src.not || lengthOf(src.net) > 0)) +
    when(` ${bang(dst)}-d ${dst?.net}`, dst && (dst.not || lengthOf(dst.net) > 0)) +
    when(` ${bang(rule.in)}-i ${rule.in?.dev}`, shown(rule.in)) +
    when(` ${bang(rule.out)}-o ${rule.out?.dev}`, shown(rule.out)) +
    when(` ${bang(proto)}-p ${proto && protoSaved(proto.proto)}`, proto) +
    rule.matches.map((m) => ` ${printMatch(m)}`).join('')
  )
}

/** One rule as iptables-save 1.8.9 (legacy) prints it: `-A CHAIN -s -d -i -o -p`, matches in the writer's order, target. */
export function printRule(chain: string, rule: Rule): string {
  return `-A ${chain}${printConditions(rule)}${rule.target ? ` ${printTarget(rule.target)}` : ''}`
}

/** As printRule with the counters of `iptables -S -v`, which stand before the target. */
export function printCountedRule(chain: string, rule: Rule, packets: number, bytes: number): string {
  return `-A ${chain}${printConditions(rule)} -c ${packets} ${bytes}${rule.target ? ` ${printTarget(rule.target)}` : ''}`
}
