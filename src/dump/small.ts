import type { FdbEntry, Neighbour } from '../kernel/machine.ts'
import { type Mac, parseIp } from '../net/ip.ts'

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i
const FLAGS: ReadonlySet<string> = new Set(['self', 'master', 'permanent', 'static', 'extern_learn', 'offload', 'sticky'])

const after = (words: readonly string[], word: string): string | undefined => {
  const at = words.indexOf(word)
  return at < 0 ? undefined : words[at + 1]
}

/** One line of `ip neigh`: `10.244.2.0 dev flannel.1 lladdr 7e:22:22:22:22:22 PERMANENT`. */
export function neighbourOf(text: string): Neighbour | undefined {
  const words = text.split(/\s+/)
  const address = parseIp(words[0] ?? '')
  const [dev, mac] = [after(words, 'dev'), after(words, 'lladdr')]
  if (address === undefined || dev === undefined) return undefined
  return {
    address,
    dev,
    state: words[words.length - 1] ?? '',
    ...(mac !== undefined && MAC.test(mac) ? { mac: mac.toLowerCase() as Mac } : {}),
  }
}

/** A row of `arp -n`: `192.168.1.1  ether  aa:bb:cc:dd:ee:ff  C  eth0`. */
export function neighbourOfArp(text: string): Neighbour | undefined {
  const words = text.split(/\s+/)
  const address = parseIp(words[0] ?? '')
  const dev = words[words.length - 1]
  if (address === undefined || dev === undefined) return undefined
  if (words[1] === '(incomplete)') return { address, dev, state: 'INCOMPLETE' }
  const mac = words[2] ?? ''
  if (!MAC.test(mac)) return undefined
  return { address, dev, mac: mac.toLowerCase() as Mac, state: (words[3] ?? '').includes('M') ? 'PERMANENT' : 'REACHABLE' }
}

/** One line of `bridge fdb`: `7e:22:… dev flannel.1 dst 192.168.10.12 self permanent`. */
export function fdbOf(text: string): FdbEntry | undefined {
  const words = text.split(/\s+/)
  const dev = after(words, 'dev')
  if (dev === undefined || !MAC.test(words[0] ?? '')) return undefined
  const dst = parseIp(after(words, 'dst') ?? '')
  const master = after(words, 'master')
  const flags: string[] = []
  for (const word of words.slice(3)) {
    if (!FLAGS.has(word)) continue
    flags.push(word)
    // `master cni0`: the name belongs to the word
    if (word === 'master' && master !== undefined) flags.push(master)
  }
  return { mac: (words[0] as string).toLowerCase() as Mac, dev, flags, ...(dst === undefined ? {} : { dst }) }
}

/** `net.ipv4.ip_forward = 1` as a path below /proc/sys. Whoever wants a device with dots in its name writes slashes, as sysctl does. */
export function sysctlOf(text: string): { readonly name: string; readonly value: number } | undefined {
  const m = /^(net[./]\S+) = (-?\d+)$/.exec(text)
  if (m === null) return undefined
  return { name: (m[1] as string).replace(/[./]/g, (c) => (c === '.' ? '/' : '.')), value: Number(m[2]) }
}
