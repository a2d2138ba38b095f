/** Names that `--icmp-type` and `--icmpv6-type` take, with type and code (libxt_icmp.h). */
const V4: Readonly<Record<string, string>> = {
  'echo-reply': '0',
  pong: '0',
  'destination-unreachable': '3',
  'network-unreachable': '3/0',
  'host-unreachable': '3/1',
  'protocol-unreachable': '3/2',
  'port-unreachable': '3/3',
  'fragmentation-needed': '3/4',
  'source-route-failed': '3/5',
  'network-unknown': '3/6',
  'host-unknown': '3/7',
  'network-prohibited': '3/9',
  'host-prohibited': '3/10',
  'communication-prohibited': '3/13',
  'source-quench': '4',
  redirect: '5',
  'echo-request': '8',
  ping: '8',
  'router-advertisement': '9',
  'router-solicitation': '10',
  'time-exceeded': '11',
  'ttl-exceeded': '11',
  'ttl-zero-during-transit': '11/0',
  'ttl-zero-during-reassembly': '11/1',
  'parameter-problem': '12',
  'timestamp-request': '13',
  'timestamp-reply': '14',
  'address-mask-request': '17',
  'address-mask-reply': '18',
}

const V6: Readonly<Record<string, string>> = {
  'destination-unreachable': '1',
  'no-route': '1/0',
  'communication-prohibited': '1/1',
  'address-unreachable': '1/3',
  'port-unreachable': '1/4',
  'packet-too-big': '2',
  'time-exceeded': '3',
  'ttl-exceeded': '3',
  'parameter-problem': '4',
  'echo-request': '128',
  ping: '128',
  'echo-reply': '129',
  pong: '129',
  'router-solicitation': '133',
  'router-advertisement': '134',
  'neighbour-solicitation': '135',
  'neighbor-solicitation': '135',
  'neighbour-advertisement': '136',
  'neighbor-advertisement': '136',
  redirect: '137',
}

/** TYPE, TYPE/CODE or a name; undefined when it is none. */
export function icmpType(text: string, v6: boolean): { readonly type: number | 'any'; readonly code?: number } | undefined {
  if (text === 'any' && !v6) return { type: 'any' }
  const names = v6 ? V6 : V4
  const numbers = /^(\d{1,3})(?:\/(\d{1,3}))?$/.exec(Object.hasOwn(names, text) ? (names[text] as string) : text)
  if (numbers === null) return undefined
  const [type, code] = [Number(numbers[1]), numbers[2] === undefined ? undefined : Number(numbers[2])]
  if (type > 255 || (code ?? 0) > 255) return undefined
  return type === 255 && !v6 ? { type: 'any' } : { type, ...(code === undefined ? {} : { code }) }
}

/** The name that `iptables -L` without -n shows: the first that has this type and code. */
export function icmpName(type: number, code: number | undefined, v6: boolean): string | undefined {
  const text = code === undefined ? `${type}` : `${type}/${code}`
  return Object.entries(v6 ? V6 : V4).find(([, numbers]) => numbers === text)?.[0]
}
