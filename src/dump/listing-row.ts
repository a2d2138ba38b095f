import { parseCidr } from '../net/cidr.ts'
import type { Family } from '../net/ip.ts'
import { parseIp } from '../net/ip.ts'
import { matchWords } from './listing-words.ts'

/** What the columns of a listing show: with -v the interfaces, without it nobody knows them. */
export interface Columns {
  readonly family: Family
  readonly listing?: { readonly interfaces: boolean }
}

/** A row taken apart. */
export interface Row {
  readonly target: string
  readonly proto: string
  readonly iif?: string
  readonly oif?: string
  readonly src: string
  readonly dst: string
  /** Matches and the target's own words. */
  readonly rest: string
}

const COUNT = /^\d+[KMGTP]?$/
const PROTO = /^!?(?:all|tcp|udp|udplite|icmp|icmpv6|ipv6-icmp|sctp|dccp|esp|ah|gre|ipencap|ipv6|vrrp|igmp|ospf|\d+)$/

/** Takes one row apart, whatever columns the listing has; undefined: it is no row. */
export function rowOf(line: string, { family, listing }: Columns): Row | undefined {
  const words = [...line.matchAll(/\S+/g)]
  const word = (n: number): string => words[n]?.[0] ?? ''
  let i = 0
  // --line-numbers, -v: up to three numbers in front
  while (i < 3 && COUNT.test(word(i)) && !(PROTO.test(word(i)) && /^(?:--|-f|!f)$/.test(word(i + 1)))) i++
  const proto = (n: number): boolean => PROTO.test(word(n)) && (family === 6 || /^(?:--|-f|!f)$/.test(word(n + 1)))
  let target = ''
  if (!proto(i) || (family === 6 && proto(i + 1) && !/^\*$/.test(word(i + 1)))) target = word(i++)
  if (!proto(i)) return undefined
  const named = word(i++)
  if (/^(?:--|-f|!f)$/.test(word(i))) i++
  const verbose = listing?.interfaces !== false
  const [iif, oif] = verbose ? [word(i), word(i + 1)] : []
  if (verbose) i += 2
  const [src, dst] = [word(i), word(i + 1)]
  if (!isAddress(src) && !isAddress(dst)) return undefined
  const after = words[i + 1]
  const rest = after === undefined ? '' : line.slice((after.index ?? 0) + after[0].length).trim()
  return { target, proto: named, src, dst, rest, ...(iif === undefined ? {} : { iif }), ...(oif === undefined ? {} : { oif }) }
}

/** An address, a net, `anywhere`, or a host's name: what -L without -n makes of addresses. */
export const isAddress = (word: string): boolean => /^!?[\w.:/-]+$/.test(word) && word !== '--'

const any = (address: string): boolean => /^(?:anywhere|0\.0\.0\.0\/0|::\/0|default)$/.test(address)
const bang = (word: string): readonly [not: string, word: string] => (word.startsWith('!') ? ['! ', word.slice(1)] : ['', word])

function net(option: '-s' | '-d', word: string): string {
  const [not, address] = bang(word)
  if (any(address) && not === '') return ''
  const plain = address === 'localhost' ? '127.0.0.1' : address === 'localhost/8' ? '127.0.0.0/8' : any(address) ? '0.0.0.0/0' : address
  if (parseIp(plain) !== undefined || parseCidr(plain) !== undefined || /^[\d.]+\/[\d.]+$/.test(plain)) return ` ${not}${option} ${plain}`
  // a name: nobody but the machine's resolver knows its address
  return ` -m host-name ${not}--${option === '-s' ? 'source' : 'destination'}-name ${plain}`
}

function device(option: '-i' | '-o', word: string | undefined): string {
  if (word === undefined || /^(?:\*|any)$/.test(word)) return ''
  const [not, dev] = bang(word)
  return ` ${not}${option} ${dev}`
}

/** kube-proxy and kube-router write no interface into the rules of these chains, so a listing that hides the column hides nothing. */
const WITHOUT_INTERFACES = /^(?:KUBE-|POSTROUTING$)/

/**
 * A row of `iptables -L` as the saved rule that it shows. What the columns hide becomes a match that nobody can answer:
 * a walk ends there as soon as all else of the rule matches.
 */
export function rowAsRule(line: string, chain: string, columns: Columns): string {
  const row = rowOf(line, columns)
  if (row === undefined) return line
  const [not, proto] = bang(row.proto)
  const named = proto === 'all' || proto === '0' ? '' : ` ${not}-p ${proto}`
  const goto = row.rest.includes('[goto]')
  const { matches, target } = matchWords(row.rest.replace('[goto]', ''), row.target, proto)
  const hidden = columns.listing?.interfaces === false && !WITHOUT_INTERFACES.test(chain) ? ' -m interface-not-shown --list-without-v' : ''
  const to = row.target === '' ? '' : ` ${goto ? '-g' : '-j'} ${row.target}${target}`
  return `-A ${chain}${net('-s', row.src)}${net('-d', row.dst)}${device('-i', row.iif)}${device('-o', row.oif)}${named}${matches}${hidden}${to}`
}
