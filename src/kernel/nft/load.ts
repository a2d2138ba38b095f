import type { Base, NftChain, NftCommand, NftFamily, NftRule, Statement } from './ast.ts'
import { type Field, typeOfField } from './fields.ts'
import { merged } from './intervals.ts'

/** The port unreachable that a bare `reject` means in this family. */
const BARE: Readonly<Record<NftFamily, string>> = {
  ip: 'icmp port-unreachable',
  ip6: 'icmpv6 port-unreachable',
  inet: 'icmpx port-unreachable',
  bridge: 'icmpx port-unreachable',
  arp: '',
  netdev: 'icmpx port-unreachable',
}

const namesTcp = (s: Statement): boolean =>
  s.kind === 'tcp-flags' ||
  ((s.kind === 'match' || s.kind === 'in') && s.key.some((f) => f.startsWith('tcp ') || f === 'meta l4proto' || f === 'ip protocol'))

function loaded(s: Statement, family: NftFamily): Statement {
  // a set of one element in a rule is a plain comparison
  if (s.kind === 'in' && s.key.length === 1 && 'elements' in s.among && s.among.elements.length === 1) {
    const value = s.among.elements[0]?.key[0]
    if (value && value.kind !== 'any') return { kind: 'match', key: s.key, bits: [], op: s.not ? '!=' : '==', values: [value] }
  }
  if (s.kind === 'in' && s.key.length === 1 && 'elements' in s.among) {
    const type = typeOfField(s.key[0] as Field)
    const wide = type !== 'ifname' && s.among.elements.some((e) => e.key[0]?.kind === 'net' || e.key[0]?.kind === 'range')
    return wide ? { ...s, among: { elements: merged(s.among.elements, type) } } : s
  }
  if (s.kind === 'counter') return { ...s, packets: s.packets ?? 0, bytes: s.bytes ?? 0 }
  if (s.kind === 'reject' && s.with === BARE[family]) return { kind: 'reject' }
  return s
}

/** A base chain without the words that its priority was written in. */
function bare(chain: Omit<NftChain, 'rules'>): Omit<NftChain, 'rules'> {
  if (!chain.base) return chain
  const { printed: _words, ...base }: Base = chain.base
  return { ...chain, base }
}

/** A command as the kernel gives its result back. */
export function commandAsLoaded<T extends NftCommand>(command: T): T {
  if (command.do === 'rule') return { ...command, rule: asLoaded(command.rule, command.family) }
  return command.do === 'chain' ? { ...command, chain: bare(command.chain) } : command
}

/** A rule as the kernel gives it back: what nft's own evaluation makes of the words that somebody wrote. */
export function asLoaded(rule: NftRule, family: NftFamily): NftRule {
  const statements: Statement[] = []
  for (const s of rule.statements) {
    if (s.kind === 'reject' && s.with === 'tcp reset' && !statements.some(namesTcp))
      statements.push({ kind: 'match', key: ['meta l4proto'], bits: [], op: '==', values: [{ kind: 'one', text: 'tcp' }] })
    statements.push(loaded(s, family))
  }
  return { ...rule, statements }
}
