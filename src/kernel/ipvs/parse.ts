import { type Family, familyOf, type Ip, parseIp, v4Number } from '../../net/ip.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { Problem } from '../../trace/problem.ts'
import { type CallWord, RefusedCall, readCalls } from '../calls.ts'
import { port as portOf, wholeNumber } from '../iptables/parse-values.ts'
import { type Dest, destKey, type IpvsCommand, type IpvsProtocol, keyOf, type Virtual, type VirtualName, type Virtuals } from './ast.ts'
import type { IpvsCode } from './codes.ts'
import { virtualText } from './print.ts'

const refused = (code: IpvsCode, params: Problem['params'], word: CallWord | undefined): RefusedCall => new RefusedCall(code, params, word)
const bad = (word: CallWord | undefined): RefusedCall => refused('ipvs-word', { token: word?.text ?? '' }, word)

const VERBS: Readonly<Record<string, IpvsCommand['do']>> = {
  '-A': 'add-service',
  '--add-service': 'add-service',
  '-E': 'edit-service',
  '--edit-service': 'edit-service',
  '-D': 'delete-service',
  '--delete-service': 'delete-service',
  '-a': 'add-server',
  '--add-server': 'add-server',
  '-e': 'edit-server',
  '--edit-server': 'edit-server',
  '-d': 'delete-server',
  '--delete-server': 'delete-server',
  '-C': 'clear',
  '--clear': 'clear',
}
const PROTOCOLS: Readonly<Record<string, IpvsProtocol>> = {
  '-t': 'tcp',
  '--tcp-service': 'tcp',
  '-u': 'udp',
  '--udp-service': 'udp',
  '--sctp-service': 'sctp',
}
/** ipvsadm's own when -p brings no number. */
const PERSISTENT = 300

/** `10.0.0.1:80`, `[fd00::1]:80`; without a port 0. */
function endOf(word: CallWord | undefined): { readonly address: Ip; readonly port: number } {
  const text = word?.text ?? ''
  const [, six, port6] = /^\[(.+)\](?::(.+))?$/.exec(text) ?? []
  const [four = '', port4, ...more] = six === undefined ? text.split(':') : []
  const address = parseIp(six ?? four)
  const given = six === undefined ? port4 : port6
  const port = given === undefined ? 0 : portOf(given)
  if (address === undefined || port === undefined || more.length > 0) throw bad(word)
  return { address, port }
}

/** A mask of IPv4 in dots, or a number of bits. */
function bitsOf(word: CallWord | undefined): number {
  const dotted = v4Number(word?.text ?? '')
  const n = dotted === undefined ? wholeNumber(word?.text ?? '') : dotted.toString(2).replace(/0+$/, '').length
  if (n === undefined || n > 128) throw bad(word)
  return n
}

interface Options {
  name?: VirtualName
  server?: { readonly address: Ip; readonly port: number }
  service: { -readonly [K in keyof Omit<Virtual, 'name' | 'dests'>]: Virtual[K] }
  dest: { -readonly [K in keyof Dest]: Dest[K] }
}

function optionsOf(words: readonly CallWord[]): Options {
  const zero = '0.0.0.0' as Ip
  const o: Options = {
    service: { scheduler: 'wlc', flags: [] },
    dest: { address: zero, port: 0, forward: 'route', weight: 1, lastWeight: 1, upper: 0, lower: 0 },
  }
  let mark: number | undefined
  let family: Family = 4
  let i = 0
  const value = (): CallWord => {
    const word = words[++i]
    if (!word) throw bad(words[i - 1])
    return word
  }
  const number = (): number => {
    const word = value()
    const n = wholeNumber(word.text)
    if (n === undefined) throw bad(word)
    return n
  }
  for (; i < words.length; i++) {
    const word = words[i] as CallWord
    const proto = PROTOCOLS[word.text]
    if (proto) {
      o.name = { proto, ...endOf(value()) }
      continue
    }
    switch (word.text) {
      case '-f':
      case '--fwmark-service':
        mark = number()
        break
      case '-6':
      case '--ipv6':
        family = 6
        break
      case '-s':
      case '--scheduler':
        o.service.scheduler = value().text
        break
      case '-b':
      case '--sched-flags':
        o.service.flags = value().text.split(',')
        break
      case '-p':
      case '--persistent':
        o.service.persistent = /^\d+$/.test(words[i + 1]?.text ?? '') ? number() : PERSISTENT
        break
      case '-M':
      case '--netmask':
        o.service.netmask = bitsOf(value())
        break
      case '-o':
      case '--ops':
        o.service.onePacket = true
        break
      case '--pe':
        o.service.engine = value().text
        break
      case '-r':
      case '--real-server':
        o.server = endOf(value())
        break
      case '-m':
      case '--masquerading':
        o.dest.forward = 'masq'
        break
      case '-g':
      case '--gatewaying':
        o.dest.forward = 'route'
        break
      case '-i':
      case '--ipip':
        o.dest.forward = 'tunnel'
        break
      case '-w':
      case '--weight':
        o.dest.weight = number()
        break
      case '-x':
      case '--u-threshold':
        o.dest.upper = number()
        break
      case '-y':
      case '--l-threshold':
        o.dest.lower = number()
        break
      case '-n':
      case '--numeric':
        break
      default:
        throw bad(word)
    }
  }
  if (mark !== undefined) o.name = { mark, family }
  return o
}

const familyOfName = (name: VirtualName): Family => ('mark' in name ? name.family : familyOf(name.address))

function commandOf(words: readonly CallWord[], cause: CauseId | undefined): IpvsCommand {
  const verb = VERBS[words[0]?.text ?? '']
  if (!verb) throw bad(words[0])
  if (verb === 'clear') return { do: 'clear' }
  const o = optionsOf(words.slice(1))
  const because = cause === undefined ? {} : { because: cause }
  const { name, server } = o
  if (!name) throw bad(words[0])
  if (verb === 'delete-service') return { do: verb, name }
  if (verb === 'add-service' || verb === 'edit-service') return { do: verb, service: { name, ...o.service, ...because } }
  if (!server || familyOf(server.address) !== familyOfName(name)) throw bad(words[words.length - 1])
  // without a port of its own a server has the service's
  const port = server.port === 0 && !('mark' in name) ? name.port : server.port
  if (verb === 'delete-server') return { do: verb, name, address: server.address, port }
  return { do: verb, name, dest: { ...o.dest, address: server.address, port, lastWeight: o.dest.weight, ...because } }
}

function wordsOf(line: string, from: number): readonly CallWord[] {
  const words = [...line.matchAll(/\S+/g)].map((m): CallWord => ({ text: m[0], at: from + m.index }))
  return words[0]?.text === 'ipvsadm' ? words.slice(1) : words
}

export interface ReadIpvs {
  readonly commands: readonly IpvsCommand[]
  readonly problems: readonly Problem[]
}

/**
 * Reads `ipvsadm -S` (or lines of ipvsadm calls, with or without its name). A line that is refused is told and left out.
 * `known`: virtual servers that are there already. `because`: the cause of what stands at an offset of the text.
 */
export function parseIpvs(text: string, file: string, known: Virtuals = new Map(), because?: (offset: number) => CauseId): ReadIpvs {
  const commands: IpvsCommand[] = []
  const there = new Map([...known].map(([key, v]) => [key, new Set(v.dests.map(destKey))]))
  const check = (c: IpvsCommand, word: CallWord): void => {
    if (c.do === 'clear') return there.clear()
    const name = 'service' in c ? c.service.name : c.name
    const [key, service] = [keyOf(name), virtualText(name)]
    const dests = there.get(key)
    if (c.do === 'add-service') {
      if (dests) throw refused('ipvs-exists', { service }, word)
      there.set(key, new Set())
      return
    }
    if (!dests) throw refused('ipvs-no-service', { service }, word)
    if (c.do === 'delete-service') there.delete(key)
    if (c.do === 'add-server') dests.add(destKey(c.dest))
    if (c.do === 'delete-server') dests.delete(destKey(c))
  }
  const problems = readCalls(text, file, wordsOf, (words, first) => {
    const command = commandOf(words, because?.(first.at))
    check(command, first)
    commands.push(command)
  })
  return { commands, problems }
}
