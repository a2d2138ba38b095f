import { type Ip, parseIp } from '../../net/ip.ts'

/** /etc/resolv.conf as glibc 2.36 reads it (resolv/res_init.c). Times in seconds. */
export interface ResolvConf {
  /** At most three (MAXNS); 127.0.0.1 when the file names none. */
  readonly nameservers: readonly Ip[]
  readonly search: readonly string[]
  readonly ndots: number
  readonly timeout: number
  readonly attempts: number
  /** `single-request`: A first, AAAA when it is answered. `-reopen`: the second from a new socket. */
  readonly singleRequest: boolean
  readonly singleRequestReopen: boolean
  /** Options that change what is sent and that the resolver does not follow yet. */
  readonly unmodelled: readonly string[]
}

const START: ResolvConf = {
  nameservers: [],
  search: [],
  ndots: 1,
  timeout: 5,
  attempts: 2,
  singleRequest: false,
  singleRequestReopen: false,
  unmodelled: [],
}
const MOST_SERVERS = 3
const MOST_NDOTS = 15
const MOST_TIMEOUT = 30
const MOST_ATTEMPTS = 5
/** Options without effect on the queries that we model. */
const HARMLESS: ReadonlySet<string> = new Set(['edns0', 'trust-ad', 'no-reload', 'no-tld-query', 'debug', 'no-check-names', 'inet6'])

function withOption(conf: ResolvConf, option: string): ResolvConf {
  const [name = '', value = ''] = option.split(':')
  const number = Number.parseInt(value, 10)
  if (name === 'ndots') return { ...conf, ndots: Number.isNaN(number) ? 0 : Math.min(number, MOST_NDOTS) }
  if (name === 'timeout') return Number.isNaN(number) ? conf : { ...conf, timeout: Math.min(Math.max(number, 1), MOST_TIMEOUT) }
  if (name === 'attempts') return Number.isNaN(number) ? conf : { ...conf, attempts: Math.min(Math.max(number, 1), MOST_ATTEMPTS) }
  if (name === 'single-request') return { ...conf, singleRequest: true }
  if (name === 'single-request-reopen') return { ...conf, singleRequest: true, singleRequestReopen: true }
  if (HARMLESS.has(name)) return conf
  // glibc ignores what it does not know; these two it knows.
  return name === 'rotate' || name === 'use-vc' ? { ...conf, unmodelled: [...conf.unmodelled, name] } : conf
}

function withLine(conf: ResolvConf, line: string): ResolvConf {
  if (/^[#;]/.test(line)) return conf
  const [word = '', ...rest] = line.trim().split(/[ \t]+/)
  switch (word) {
    case 'nameserver': {
      const address = parseIp(rest[0] ?? '')
      return address === undefined || conf.nameservers.length >= MOST_SERVERS
        ? conf
        : { ...conf, nameservers: [...conf.nameservers, address] }
    }
    // The last of search and domain counts.
    case 'search':
      return { ...conf, search: rest }
    case 'domain':
      return { ...conf, search: rest.slice(0, 1) }
    case 'options':
      return rest.reduce(withOption, conf)
    // `sortlist` and unknown words: nothing that we follow, and nothing that glibc complains of.
  }
  return conf
}

export function parseResolvConf(text: string): ResolvConf {
  const conf = text.split('\n').reduce(withLine, START)
  return conf.nameservers.length > 0 ? conf : { ...conf, nameservers: ['127.0.0.1' as Ip] }
}
