import { inCidr, parseCidr } from '../../net/cidr.ts'
import { type Ip, parseIp } from '../../net/ip.ts'
import type { CtView } from '../../trace/event.ts'
import { failed, notModelled, printed, type Tool, type ToolResult } from '../tool.ts'
import { ctLine, protocolOf } from './print.ts'

type Test = (entry: CtView) => boolean
/** What an option asks of an entry; undefined when its word is none. */
type Filter = (word: string) => Test | undefined

const address =
  (of: (entry: CtView) => Ip): Filter =>
  (word) => {
    const [one, net] = [parseIp(word), parseCidr(word)]
    if (one !== undefined) return (e) => of(e) === one
    return net === undefined ? undefined : (e) => inCidr(of(e), net)
  }

const port =
  (of: (entry: CtView) => number): Filter =>
  (word) =>
    /^\d+$/.test(word) ? (e) => of(e) === Number(word) : undefined

const ADDRESSES: Readonly<Record<string, Filter>> = {
  '-s': address((e) => e.orig.src),
  '-d': address((e) => e.orig.dst),
  '-r': address((e) => e.reply.src),
  '-q': address((e) => e.reply.dst),
}
const LONG: Readonly<Record<string, string>> = {
  '--src': '-s',
  '--orig-src': '-s',
  '--dst': '-d',
  '--orig-dst': '-d',
  '--reply-src': '-r',
  '--reply-dst': '-q',
  '--protonum': '-p',
  '--family': '-f',
  '--status': '-u',
  '--output': '-o',
  '--dump': '-L',
  '--count': '-C',
  '--mark': '-m',
}
/** These need -p before them. */
const PORTS: Readonly<Record<string, Filter>> = {
  '--sport': port((e) => e.orig.sport),
  '--orig-port-src': port((e) => e.orig.sport),
  '--dport': port((e) => e.orig.dport),
  '--orig-port-dst': port((e) => e.orig.dport),
  '--reply-port-src': port((e) => e.reply.sport),
  '--reply-port-dst': port((e) => e.reply.dport),
  '--state': (word) => (e) => e.tcp === word.toUpperCase(),
}
const STATUS: Readonly<Record<string, Test>> = {
  ASSURED: (e) => e.status.includes('ASSURED'),
  SEEN_REPLY: (e) => e.status.includes('SEEN_REPLY'),
  UNREPLIED: (e) => !e.status.includes('SEEN_REPLY'),
  SRC_NAT: (e) => e.status.includes('SRC_NAT'),
  DST_NAT: (e) => e.status.includes('DST_NAT'),
}
const NAMES = ['tcp', 'udp', 'sctp', 'icmp', 'icmpv6', 'unknown']

const say = (text: string): string => `conntrack v1.4.7 (conntrack-tools): ${text}`
const usage = (text: string): ToolResult => failed(2, say(text), "Try `conntrack -h' or 'conntrack --help' for more information.")

/** conntrack 1.4.7 as far as it lists: `-L [-p PROTO] [-s|-d|-r|-q ADDRESS] [--sport N] [--dport N] [--state S] [-f ipv6] [-u STATUS] [-o extended,id]`, `-C`. */
export const conntrack: Tool = {
  name: 'conntrack',
  run(ctx, argv) {
    const words = [...argv]
    const tests: Test[] = []
    let command: '-L' | '-C' | undefined
    let proto = false
    let output: readonly string[] = []
    for (let word = words.shift(); word !== undefined; word = words.shift()) {
      const option = LONG[word] ?? word
      if (option === '-L' || option === '-C') {
        command = option
        if (words[0] === 'conntrack') words.shift()
        else if (words[0] !== undefined && !words[0].startsWith('-')) return notModelled('conntrack', `${option} ${words[0]}`)
        continue
      }
      if (/^-[GDIUEFSAjngmctlwzbe]$/.test(option)) return notModelled('conntrack', option)
      const filter = ADDRESSES[option] ?? (proto ? PORTS[option] : undefined)
      if (filter === undefined && !['-p', '-f', '-u', '-o'].includes(option)) return usage(`unknown option \`${word}'`)
      const arg = words.shift()
      if (arg === undefined) return usage(`option \`${word}' requires an argument`)
      const test = filter?.(arg)
      if (filter !== undefined && test === undefined)
        return usage(option.startsWith('--') ? `bad argument \`${arg}'` : `Invalid IP address \`${arg}'`)
      if (test !== undefined) tests.push(test)
      else if (option === '-o') {
        output = arg.split(',')
        if (output.some((o) => o !== 'extended' && o !== 'id')) return notModelled('conntrack', `-o ${arg}`)
      } else if (option === '-f') {
        if (arg !== 'ipv4' && arg !== 'ipv6') return usage(`\`${arg}' is not a supported layer 3 protocol`)
        tests.push((e) => e.family === (arg === 'ipv4' ? 4 : 6))
      } else if (option === '-u') {
        const asked = arg.split(',').map((s) => STATUS[s])
        if (asked.some((s) => s === undefined)) return usage(`Bad parameter \`${arg}'`)
        tests.push((e) => asked.every((s) => s?.(e) ?? false))
      } else {
        const known = NAMES.find((n) => n === arg.toLowerCase()) ?? (/^\d+$/.test(arg) ? arg : undefined)
        if (known === undefined) return usage(`\`${arg}' unsupported protocol`)
        proto = true
        tests.push((e) => protocolOf(e.orig)[0] === known || `${protocolOf(e.orig)[1]}` === known)
      }
    }
    if (command === undefined) return notModelled('conntrack', 'without -L or -C')
    const shown = ctx.conntrack.filter((e) => tests.every((t) => t(e)))
    if (command === '-C') return printed([`${ctx.conntrack.length}`])
    const how = { extended: output.includes('extended'), id: output.includes('id') }
    return printed(
      shown.map((e) => ctLine(e, how)),
      [say(`${shown.length} flow entries have been shown.`)],
    )
  },
}
