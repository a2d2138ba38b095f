import { parseCidr } from '../../net/cidr.ts'
import { type Cidr, type Ip, parseIp, v4Number } from '../../net/ip.ts'
import { type Fraction, fraction } from '../../trace/luck.ts'
import type { PortRange } from './ast.ts'
import { portNumber } from './parse-services.ts'
import { kernelProbability, probabilityText, writtenProbability } from './print-words.ts'

/** C's strtoul with base 0: decimal, 0x hexadecimal, or octal after a leading 0; 32 bits. */
export function wholeNumber(text: string): number | undefined {
  if (!/^(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.test(text)) return undefined
  const n = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text)
  return n <= 0xffffffff ? n : undefined
}

/** VALUE[/MASK]; without a mask all bits. */
export function marked(text: string): { readonly value: number; readonly mask: number } | undefined {
  const [v = '', m, ...more] = text.split('/')
  const value = wholeNumber(v)
  const mask = m === undefined ? 0xffffffff : wholeNumber(m)
  return value === undefined || mask === undefined || more.length > 0 ? undefined : { value, mask }
}

export function port(text: string): number | undefined {
  const n = wholeNumber(text) ?? portNumber(text)
  return n !== undefined && n <= 0xffff ? n : undefined
}

/** `80`, `http`, `80:90`, `:90`, `80:` (`between` is `-` in targets). */
export function ports(text: string, between = ':'): PortRange | undefined {
  const [a = '', b, ...more] = text.split(between)
  const from = a === '' && b !== undefined ? 0 : port(a)
  const to = b === undefined ? from : b === '' ? 0xffff : port(b)
  return from === undefined || to === undefined || more.length > 0 || from > to ? undefined : { from, to }
}

/** How many leading bits a dotted mask has; undefined when they are not in one piece. */
function maskLength(text: string): number | undefined {
  const n = v4Number(text)
  if (n === undefined) return undefined
  const bits = n.toString(2).padStart(32, '0')
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined
}

/** ADDRESS, ADDRESS/LENGTH or ADDRESS/MASK of either family, short forms of IPv4 (`10/8`) included. */
export function net(text: string): Cidr | Ip | undefined {
  const [address = '', length] = text.split('/', 2)
  const full =
    /^\d+(\.\d+){0,2}$/.test(address) && length !== undefined ? [...address.split('.'), '0', '0', '0'].slice(0, 4).join('.') : address
  if (length === undefined) return parseIp(full)
  return parseCidr(`${full}/${v4Number(length) === undefined ? length : (maskLength(length) ?? 'x')}`)
}

/** Whether an IPv4 net has a mask with holes, which a Cidr cannot hold. */
export const holedMask = (text: string): boolean => {
  const mask = text.split('/')[1] ?? ''
  return v4Number(mask) !== undefined && maskLength(mask) === undefined
}

/**
 * A decimal between 0 and 1. One that is nearest to 1/k becomes exactly that: 10 decimals as kube-proxy writes it, or 11 as
 * iptables-save reads it back. Other texts of 11 decimals become the kernel's own value, a whole number of 2^-31.
 */
export function probability(text: string): Fraction | undefined {
  if (!/^(0|1)?(\.\d*)?$/.test(text) || !/\d/.test(text)) return undefined
  const n = Number(text)
  if (n > 1) return undefined
  const decimals = text.split('.')[1] ?? ''
  const k = n > 0 ? Math.round(1 / n) : 0
  for (const near of [k, k - 1, k + 1].filter((x) => x > 0)) {
    const unit = fraction(1, near)
    if (decimals.length === 10 && writtenProbability(unit) === text) return unit
    if (decimals.length === 11 && probabilityText(unit) === text) return unit
  }
  const exact = fraction(BigInt(decimals === '' ? Number(text) : `${text.split('.')[0] || 0}${decimals}`), 10n ** BigInt(decimals.length))
  if (decimals.length !== 11) return exact
  const kernel = fraction(kernelProbability(exact), 2 ** 31)
  return probabilityText(kernel) === text ? kernel : exact
}
