import type { Call, Match, Part, Target, Written } from './ast.ts'
import { bang, printMatch, printTarget } from './print-rule.ts'
import { hex, hex8, portText, writtenProbability, writtenString } from './print-words.ts'

const DEFAULT_MASKS = ['255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']

/** A match as its writer puts it; where nothing is known of the writer, as iptables-save prints it. */
function printWrittenMatch(m: Match): string {
  switch (m.kind) {
    case 'comment':
      return `-m comment --comment ${writtenString(m.text, m.quoted ?? false)}`
    case 'conntrack':
      return `-m ${m.module ?? 'conntrack'} ${bang(m)}--${m.module ?? 'ctstate'} ${m.states.join(',')}`
    case 'mark': {
      const digits = m.digits === 8 ? hex8 : hex
      return m.digits === undefined ? printMatch(m) : `-m mark ${bang(m)}--mark ${digits(m.value)}/${digits(m.mask)}`
    }
    case 'statistic':
      return `-m statistic --mode random ${bang(m)}--probability ${writtenProbability(m.probability)}`
    case 'recent': {
      // kube-proxy names the list first and leaves the defaults out
      const more = `${m.seconds === undefined ? '' : ` --seconds ${m.seconds}`}${m.reap ? ' --reap' : ''}${m.hitcount === undefined ? '' : ` --hitcount ${m.hitcount}`}`
      const mask = DEFAULT_MASKS.includes(m.mask) ? '' : ` --mask ${m.mask}`
      return `-m recent --name ${m.name} ${bang(m)}--${m.op}${more}${mask}${m.side === 'rdest' ? ' --rdest' : ''}`
    }
    case 'ipvs':
      return m.written === undefined ? printMatch(m) : `-m ipvs ${m.written}`
    case 'set':
    case 'tcp':
    case 'udp':
    case 'sctp':
    case 'nth':
    case 'rpfilter':
    case 'connmark':
    case 'addrtype':
    case 'multiport':
    case 'physdev':
    case 'icmp':
    case 'unknown':
      return printMatch(m)
  }
}

function printWrittenTarget(t: Target): string {
  if (t.kind === 'reject' && t.short) return '-j REJECT'
  if (t.kind === 'mark' && t.written) return `-j MARK --${t.written.option} ${t.written.text}`
  return printTarget(t)
}

/** One word group as its writer puts it. */
export function printPart(part: Part): string {
  switch (part.part) {
    case 'src':
      return `${bang(part)}-s ${part.net}`
    case 'dst':
      return `${bang(part)}-d ${part.net}`
    case 'in':
      return `${bang(part)}-i ${part.dev}`
    case 'out':
      return `${bang(part)}-o ${part.dev}`
    case 'proto':
      return `${bang(part)}-p ${part.proto}`
    case 'module':
      return `-m ${part.name}`
    case 'match':
      return printWrittenMatch(part.match)
    case 'sport':
    case 'dport':
      return `${bang(part)}--${part.part} ${portText(part.ports)}`
    case 'tcp-flags':
      if (part.syn) return `${bang(part)}--syn`
      return `${bang(part)}--tcp-flags ${part.mask.join(',') || 'NONE'} ${part.set.join(',') || 'NONE'}`
    case 'target':
      return printWrittenTarget(part.target)
  }
}

const printParts = (rule: Written): string => rule.parts.map((p) => ` ${printPart(p)}`).join('')

/** One `-A CHAIN …` line of restore text, word group by word group as its writer has them. */
export const printWritten = (chain: string, written: Written): string => `-A ${chain}${printParts(written)}`

/** One call of the iptables command without the program's name: `-t filter -I INPUT -j KUBE-FIREWALL`. */
export function printCall(call: Call): string {
  switch (call.call) {
    case '-N':
      return `-t ${call.table} -N ${call.chain}`
    case '-A':
    case '-I':
      return `-t ${call.table} ${call.call} ${call.chain}${printParts(call.rule)}`
    case '-P':
      return `-t ${call.table} -P ${call.chain} ${call.policy}`
  }
}
