import { hostCidr } from '../../net/cidr.ts'
import type { Cidr, Ip } from '../../net/ip.ts'
import type { Match, Not } from './ast.ts'
import { type Bag, type Given, get, type Module, notOf, Refusal } from './parse-bag.ts'
import { net, port } from './parse-values.ts'
import { protoWord } from './print-proto.ts'

/** ip_set's own limit of dimensions. */
const MOST = 6

function set(bag: Bag): Match | undefined | Refusal {
  const given = get(bag, 'match-set')
  const [name, sides] = given?.args ?? []
  if (!name || !sides) return new Refusal("You must specify `--match-set' with proper arguments")
  const dirs = sides.text.split(',')
  if (dirs.length > MOST || dirs.some((d) => d !== 'src' && d !== 'dst'))
    return new Refusal(`You must spefify (the comma separated list of) 'src' or 'dst'.`, sides)
  return { kind: 'set', name: name.text, dirs: dirs as ('src' | 'dst')[], ...notOf(given) }
}

function ipvs(bag: Bag): Match | undefined | Refusal {
  if (bag.given.length === 0) return new Refusal('IPVS: At least one option is required')
  const word = (g: Given): string => g.args[0]?.text ?? ''
  let match: Extract<Match, { kind: 'ipvs' }> = { kind: 'ipvs' }
  for (const g of bag.given) {
    const not: Not = notOf(g)
    switch (g.option) {
      case 'ipvs':
        match = { ...match, ipvs: not }
        break
      case 'vproto': {
        const proto = protoWord(word(g))
        if (proto === undefined) return new Refusal(`unknown protocol "${word(g)}" specified`, g.args[0])
        match = { ...match, vproto: { proto, ...not } }
        break
      }
      case 'vaddr': {
        const found = net(word(g))
        if (found === undefined) return new Refusal(`host/network \`${word(g)}' not found`, g.args[0])
        match = { ...match, vaddr: { net: found.includes('/') ? (found as Cidr) : hostCidr(found as Ip), ...not } }
        break
      }
      case 'vport': {
        const n = port(word(g))
        if (n === undefined) return new Refusal(`invalid port/service \`${word(g)}' specified`, g.args[0])
        match = { ...match, vport: { port: n, ...not } }
        break
      }
      case 'vdir':
      case 'vmethod': {
        const value = word(g).toUpperCase()
        if (g.option === 'vdir' && (value === 'ORIGINAL' || value === 'REPLY')) match = { ...match, vdir: { dir: value, ...not } }
        else if (g.option === 'vmethod' && (value === 'GATE' || value === 'IPIP' || value === 'MASQ'))
          match = { ...match, vmethod: { method: value, ...not } }
        else return new Refusal(`Bad value for "--${g.option}" option: "${word(g)}"`, g.args[0])
        break
      }
    }
  }
  return { ...match, written: bag.words.replace(/^-m ipvs ?/, '') }
}

/** Matches that ask what ipset and IPVS hold. */
export const SET_MATCHES: Readonly<Record<string, Module<Match>>> = {
  set: {
    options: { 'match-set|set': 2 },
    other: [
      'return-nomatch',
      'update-counters',
      'update-subcounters',
      'packets-eq',
      'packets-lt',
      'packets-gt',
      'bytes-eq',
      'bytes-lt',
      'bytes-gt',
    ],
    make: set,
  },
  ipvs: { options: { ipvs: 0, vproto: 1, vaddr: 1, vport: 1, vdir: 1, vmethod: 1 }, other: ['vportctl'], make: ipvs },
}
