import { parseIp } from '../../net/ip.ts'
import type { NatTo, Statement } from './ast.ts'
import { type Cursor, next, peek, take } from './cursor.ts'
import { oneOf } from './values.ts'

const FLAG = /^(random|fully-random|persistent)$/

/** `80` or `80-90`. */
function portsOf(text: string): NatTo['ports'] | undefined {
  const [from, to = from] = text.split('-').map((p) => oneOf(p, 'inet_service'))
  return from === undefined || to === undefined ? undefined : { from: Number(from), to: Number(to) }
}

/** `10.0.0.1`, `10.0.0.1:80`, `[fd00::1]:80`, `:80-90`. undefined: more than one address, or something looked up. */
function targetOf(text: string): Pick<NatTo, 'address' | 'ports'> | undefined {
  const m = /^(?:\[([^\]]+)\]|([^\]:]*)|([^\][]*:[^\][]*:[^\][]*))(?::([\d-]+))?$/.exec(text)
  if (!m) return undefined
  const where = m[1] ?? m[2] ?? m[3] ?? ''
  const whole = m[3] === undefined ? undefined : parseIp(text)
  if (whole !== undefined) return { address: whole }
  const address = where === '' ? undefined : parseIp(where)
  const ports = m[4] === undefined ? undefined : portsOf(m[4])
  if ((where !== '' && address === undefined) || (m[4] !== undefined && ports === undefined)) return undefined
  return { ...(address === undefined ? {} : { address }), ...(ports === undefined ? {} : { ports }) }
}

/** dnat, snat, masquerade and redirect, from behind that word. undefined: a form that is not modelled. */
export function readNat(c: Cursor, kind: 'dnat' | 'snat' | 'masquerade' | 'redirect'): Statement | undefined {
  const family = take(c, 'ip') ? 'ip' : take(c, 'ip6') ? 'ip6' : undefined
  let to: Pick<NatTo, 'address' | 'ports'> | undefined = {}
  const plain = kind === 'masquerade' || kind === 'redirect'
  if (take(c, 'to') || !plain) {
    to = targetOf(next(c).text)
    if (to === undefined || (plain && to.address !== undefined) || (to.address === undefined && to.ports === undefined)) return undefined
  }
  const flags: string[] = []
  while (FLAG.test(peek(c).text)) {
    flags.push(next(c).text)
    if (!take(c, ',')) break
  }
  return { kind, ...(family === undefined ? {} : { family }), ...to, flags }
}
