import { hostCidr, lengthOf, maskedCidr } from '../../net/cidr.ts'
import type { Cidr, Ip } from '../../net/ip.ts'
import type { Match, Not, Part, Rule, Target, Written } from './ast.ts'
import { protoWord } from './print-proto.ts'

type L4 = Extract<Match, { kind: 'tcp' | 'udp' | 'sctp' }>
type L4Name = L4['kind']
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const negated = (part: Not): Not => (part.not ? { not: true } : {})
const netOf = (net: Cidr | Ip): Cidr => (net.includes('/') ? maskedCidr(net as Cidr) : hostCidr(net as Ip))

function l4Name(proto: string | undefined): L4Name | undefined {
  return proto === 'tcp' || proto === 'udp' || proto === 'sctp' ? proto : undefined
}

/** The text that its writer gave a thing is not part of the kernel's rule. */
function plainMatch(match: Match): Match {
  if (match.kind === 'comment' && match.quoted) return { kind: 'comment', text: match.text }
  if (match.kind === 'ipvs' && match.written !== undefined) {
    const { written: _w, ...kept } = match
    return kept
  }
  if (match.kind !== 'mark' || match.digits === undefined) return match
  return { kind: 'mark', value: match.value, mask: match.mask, ...negated(match) }
}

function plainTarget(target: Target): Target {
  if (target.kind === 'mark' && target.written) return { kind: 'mark', value: target.value, mask: target.mask }
  return target.kind === 'reject' && target.short ? { kind: 'reject', with: target.with } : target
}

/**
 * What the iptables program makes of a rule for the kernel: addresses become masked nets, any-address and any-protocol
 * conditions vanish, and port options join the match module that was named before them (1.8.9 legacy: the last one of
 * that name), or one that stands where the first such option was written.
 */
export function load(written: Written): Rule {
  const matches: Match[] = []
  const rule: Mutable<Rule> = { matches }
  if (written.because !== undefined) rule.because = written.because
  const proto = written.parts.find((p): p is Extract<Part, { part: 'proto' }> => p.part === 'proto')
  const word = proto && protoWord(proto.proto)

  const l4At = (): number => {
    const name = l4Name(word)
    for (let at = matches.length - 1; at >= 0; at--) {
      const kind = l4Name(matches[at]?.kind)
      if (kind !== undefined && (name === undefined || kind === name)) return at
    }
    if (name === undefined) throw new Error('a port option without -p tcp, udp or sctp')
    return matches.push({ kind: name }) - 1
  }
  const extend = (more: Partial<L4>): void => {
    const at = l4At()
    matches[at] = { ...(matches[at] as L4), ...more } as L4
  }

  for (const part of written.parts) {
    switch (part.part) {
      case 'src':
      case 'dst': {
        const net = netOf(part.net)
        if (part.not || lengthOf(net) > 0) rule[part.part] = { net, ...negated(part) }
        break
      }
      case 'in':
      case 'out':
        rule[part.part] = { dev: part.dev, ...negated(part) }
        break
      case 'proto':
        if (word !== 'all') rule.proto = { proto: word ?? part.proto, ...negated(part) }
        break
      case 'module':
        matches.push({ kind: part.name })
        break
      case 'match':
        matches.push(plainMatch(part.match))
        break
      case 'sport':
      case 'dport':
        extend({ [part.part]: { ...part.ports, ...negated(part) } })
        break
      case 'tcp-flags':
        extend({ flags: { mask: part.mask, set: part.set, ...negated(part) } })
        break
      case 'target':
        rule.target = plainTarget(part.target)
        break
    }
  }
  return rule
}
