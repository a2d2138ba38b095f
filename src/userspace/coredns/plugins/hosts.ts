import { familyOf, type Ip, parseIp } from '../../../net/ip.ts'
import type { DnsRecord } from '../../../net/message.ts'
import { emptyFound } from '../../dns/message.ts'
import { absolute, inZone, labelsOf, longestZone, lower } from '../../dns/name.ts'
import { addressOfReverse } from '../../dns/reverse.ts'
import { answer, argErr, once, type Query, type Result } from '../chain.ts'
import { type Fall, fallOf, falls, NO_FALL } from '../fall.ts'
import { pathFrom } from '../home.ts'
import { zonesOf } from '../keys.ts'

interface Entry {
  readonly address: Ip
  /** Lower case, absolute. */
  readonly name: string
}
interface Hosts {
  readonly zones: readonly string[]
  readonly entries: readonly Entry[]
  readonly ttl: number
  readonly reverse: boolean
  readonly fall: Fall
}

const USUAL_TTL = 3600

const entriesOf = (words: readonly string[], zones: readonly string[]): readonly Entry[] => {
  const address = parseIp(words[0]?.replace(/%.*$/, '') ?? '')
  if (address === undefined) return []
  return words
    .slice(1)
    .map((word) => ({ address, name: absolute(lower(word)) }))
    .filter(({ name }) => zones.some((zone) => inZone(name, zone)))
}

const linesOf = (text: string): readonly (readonly string[])[] =>
  text.split('\n').map((line) =>
    line
      .replace(/#.*/, '')
      .trim()
      .split(/[ \t]+/),
  )

/** A name's entries; a label `*` in the table stands for any first label, one only. */
function entriesFor(hosts: Hosts, name: string): readonly Entry[] {
  const own = hosts.entries.filter((e) => e.name === name)
  if (own.length > 0) return own
  const wild = `*.${labelsOf(name).slice(1).join('.')}.`
  return hosts.entries.filter((e) => e.name === wild)
}

function recordsOf(query: Query, hosts: Hosts): readonly DnsRecord[] | 'next' {
  const record = (rdata: string): DnsRecord => ({ name: query.name, ttl: hosts.ttl, type: query.type, rdata })
  if (query.type === 'PTR') {
    const address = addressOfReverse(query.name)
    const names = hosts.reverse && address !== undefined ? hosts.entries.filter((e) => e.address === address) : []
    // A reverse name that is not in the table goes on, with and without fallthrough.
    return names.length === 0 ? 'next' : names.map((e) => record(e.name))
  }
  if (query.type !== 'A' && query.type !== 'AAAA') return []
  const family = query.type === 'A' ? 4 : 6
  return entriesFor(hosts, lower(query.name))
    .filter((e) => familyOf(e.address) === family)
    .map((e) => record(e.address))
}

function serve(query: Query, hosts: Hosts, next: () => Result): Result {
  if (query.type !== 'PTR' && longestZone(query.name, hosts.zones) === undefined) return next()
  const answers = recordsOf(query, hosts)
  if (answers === 'next') return next()
  if (answers.length === 0 && entriesFor(hosts, lower(query.name)).length === 0)
    // A hosts file has no SOA to say "no such name" with.
    return falls(hosts.fall, query.name) ? next() : answer(emptyFound('SERVFAIL'))
  return answer({ rcode: 'NOERROR', aa: true, answers, authority: [], additional: [] })
}

/** `hosts [FILE [ZONES…]] { … }`: a table of addresses and names (plugin/hosts). Entries of the file come before those of the block. */
export const hosts = once('hosts', (d, { zones: blockZones, home }) => {
  const [file = '/etc/hosts', ...named] = d.args
  const zones = named.length > 0 ? named.flatMap(zonesOf) : blockZones
  let inline: readonly Entry[] = []
  let [ttl, reverse, fall] = [USUAL_TTL, true, NO_FALL]
  for (const line of d.block) {
    const [property = '', ...args] = line.words
    if (property === 'fallthrough') fall = fallOf(args)
    else if (property === 'no_reverse') reverse = false
    else if (property === 'ttl') {
      if (args.length < 1) return argErr(property, line)
      const number = Number(args[0])
      if (!Number.isInteger(number) || number <= 0 || number > 65535) return { error: `ttl provided is invalid`, at: line }
      ttl = number
    } else if (property === 'reload') {
      if (args.length !== 1) return { error: 'reload needs a duration (zero seconds to disable)', at: line }
    } else if (args.length === 0 || parseIp(property) === undefined) return { error: `unknown property '${property}'`, at: line }
    else inline = [...inline, ...entriesOf(line.words, zones)]
  }
  const read = linesOf(home.files[pathFrom(home.corefile, file)] ?? '').flatMap((words) => entriesOf(words, zones))
  const table: Hosts = { zones, entries: [...read, ...inline], ttl, reverse, fall }
  return { handler: (query, next) => serve(query, table, () => next(query)) }
})
