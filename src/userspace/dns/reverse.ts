import { familyOf, type Ip, parseIp, toBigInt } from '../../net/ip.ts'
import { labelsOf, lower } from './name.ts'

/** The address that a name below in-addr.arpa. or ip6.arpa. stands for; undefined for every other name. */
export function addressOfReverse(name: string): Ip | undefined {
  const labels = [...labelsOf(lower(name))]
  const [kind, top] = [labels.at(-2), labels.at(-1)]
  if (top !== 'arpa') return undefined
  const own = labels.slice(0, -2).reverse()
  if (kind === 'in-addr') return own.length === 4 ? parseIp(own.join('.')) : undefined
  if (kind !== 'ip6' || own.length !== 32 || !own.every((l) => /^[0-9a-f]$/.test(l))) return undefined
  const groups = Array.from({ length: 8 }, (_, i) => own.slice(i * 4, i * 4 + 4).join(''))
  return parseIp(groups.join(':'))
}

export const isReverseZone = (zone: string): boolean => /(^|\.)(in-addr|ip6)\.arpa\.$/.test(lower(zone))

/** Labels of an address in a reverse name, first label first: octets or nibbles from the last on. */
export function reverseLabels(address: Ip): readonly string[] {
  if (familyOf(address) === 4) return address.split('.').reverse()
  return [...toBigInt(address).toString(16).padStart(32, '0')].reverse()
}
