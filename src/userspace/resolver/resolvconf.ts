import { type Ip, parseIp } from '../../net/ip.ts'

/** What a C library takes from /etc/resolv.conf. Times in seconds. */
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
  /** `rotate`: each name begins at another server. `use-vc`: over TCP from the start. `edns0`: the query says that it takes 1200 bytes. */
  readonly rotate: boolean
  readonly useVc: boolean
  readonly edns0: boolean
}

const START: ResolvConf = {
  nameservers: [],
  search: [],
  ndots: 1,
  timeout: 5,
  attempts: 2,
  singleRequest: false,
  singleRequestReopen: false,
  rotate: false,
  useVc: false,
  edns0: false,
}
const MOST_SERVERS = 3
const MOST_NDOTS = 15
const MOST_TIMEOUT = 30
const MOST_ATTEMPTS = 5
function withOption(conf: ResolvConf, option: string): ResolvConf {
  const [name = '', value = ''] = option.split(':')
  const number = Number.parseInt(value, 10)
  if (name === 'ndots') return { ...conf, ndots: Number.isNaN(number) ? 0 : Math.min(number, MOST_NDOTS) }
  if (name === 'timeout') return Number.isNaN(number) ? conf : { ...conf, timeout: Math.min(Math.max(number, 1), MOST_TIMEOUT) }
  if (name === 'attempts') return Number.isNaN(number) ? conf : { ...conf, attempts: Math.min(Math.max(number, 1), MOST_ATTEMPTS) }
  if (name === 'single-request') return { ...conf, singleRequest: true }
  if (name === 'single-request-reopen') return { ...conf, singleRequest: true, singleRequestReopen: true }
  if (name === 'rotate') return { ...conf, rotate: true }
  if (name === 'use-vc') return { ...conf, useVc: true }
  // Everything else changes no query (trust-ad, no-reload, inet6 …) or is nothing that glibc knows, which it ignores.
  return name === 'edns0' ? { ...conf, edns0: true } : conf
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

/** As glibc 2.36 reads it (resolv/res_init.c). */
export function parseResolvConf(text: string): ResolvConf {
  const conf = text.split('\n').reduce(withLine, START)
  return conf.nameservers.length > 0 ? conf : { ...conf, nameservers: ['127.0.0.1' as Ip] }
}

/** musl reads lines of at most this many characters, and passes longer ones over. */
const MUSL_LINE = 254
const MUSL_ATTEMPTS = 10
const MUSL_TIMEOUT = 60

/** As musl 1.2.3 reads it (src/network/resolvconf.c): ndots, timeout and attempts are all the options that it knows. */
export function parseMuslConf(text: string): ResolvConf {
  let conf = START
  for (const line of text.split('\n').filter((l) => l.length <= MUSL_LINE)) {
    const [word = '', ...rest] = line.trim().split(/[ \t]+/)
    const address = parseIp(rest[0] ?? '')
    if (word === 'nameserver' && address !== undefined && conf.nameservers.length < MOST_SERVERS)
      conf = { ...conf, nameservers: [...conf.nameservers, address] }
    if (word === 'search' || word === 'domain') conf = { ...conf, search: rest }
    if (word === 'options') conf = rest.reduce(withMuslOption, conf)
  }
  return conf.nameservers.length > 0 ? conf : { ...conf, nameservers: ['127.0.0.1' as Ip] }
}

function withMuslOption(conf: ResolvConf, option: string): ResolvConf {
  const [, name, digits] = /^(ndots|timeout|attempts):(\d+)$/.exec(option) ?? []
  const number = Number(digits)
  if (name === 'ndots') return { ...conf, ndots: Math.min(number, MOST_NDOTS) }
  if (name === 'timeout') return { ...conf, timeout: Math.min(number, MUSL_TIMEOUT) }
  return name === 'attempts' ? { ...conf, attempts: Math.max(1, Math.min(number, MUSL_ATTEMPTS)) } : conf
}
