import { type Ip, isLoopback } from '../../net/ip.ts'
import { parseResolvConf } from '../resolver/resolvconf.ts'
import type { Block, CorefileError, Directive } from './corefile.ts'
import type { CoreDnsHome } from './home.ts'
import { type DnsServer, dnsServer } from './server.ts'

/** A socket that CoreDNS opens. */
export interface CoreDnsSocket {
  readonly proto: 'tcp' | 'udp'
  readonly port: number
  /** The plugin that opened it; '' for the server itself. */
  readonly plugin: string
}

/** How a start of CoreDNS goes: it runs and listens, or prints a line and exits. */
export type CoreDnsStart = { readonly sockets: readonly CoreDnsSocket[] } | (CorefileError & { readonly sockets?: undefined })

/** Ports of plugins that listen, unless their argument says another one; prometheus and pprof listen on localhost then. */
const LISTENERS: readonly (readonly [plugin: string, port: number, everywhere: boolean])[] = [
  ['health', 8080, true],
  ['ready', 8181, true],
  ['prometheus', 9153, false],
  ['pprof', 6053, false],
]

function listener(d: Directive): CoreDnsSocket | undefined {
  const found = LISTENERS.find(([plugin]) => plugin === d.name)
  if (!found) return undefined
  const [plugin, port, everywhere] = found
  const [, host = '', number] = /^(.*?):(\d+)$/.exec(d.args[0] ?? '') ?? []
  const open = number === undefined ? everywhere : host === '' || host === '0.0.0.0' || host === '[::]'
  return open ? { proto: 'tcp', port: Number(number ?? port), plugin } : undefined
}

function socketsOf(blocks: readonly Block[]): readonly CoreDnsSocket[] {
  const keys = blocks.flatMap((b) => b.keys)
  const server = keys.flatMap(({ port, transport }): readonly CoreDnsSocket[] => {
    const tcp = { proto: 'tcp', port, plugin: '' } as const
    const udp = { proto: 'udp', port, plugin: '' } as const
    return transport === 'dns' ? [udp, tcp] : transport === 'quic' || transport === 'https3' ? [udp] : [tcp]
  })
  const all = [...server, ...blocks.flatMap((b) => b.directives.flatMap((d) => listener(d) ?? []))]
  return all.filter((s, i) => all.findIndex((o) => o.proto === s.proto && o.port === s.port) === i)
}

/** The block of plugin loop whose probe comes back, and by which address. `own`: addresses that lead to CoreDNS itself. */
function looping(blocks: readonly Block[], home: CoreDnsHome, own: readonly Ip[]): { at: Directive; zone: string; by: Ip } | undefined {
  for (const { keys, directives } of blocks) {
    const at = directives.find((d) => d.name === 'loop')
    const zone = keys[0]?.zone ?? '.'
    for (const f of at ? directives.filter((d) => d.name === 'forward') : []) {
      const places = f.args.slice(1).flatMap((to) => {
        const text = to.replace(/^dns:\/\//, '').replace(/^\[?([^\]]*?)\]?:53$/, '$1')
        // A file that nobody knows says nothing of where it leads.
        const file = home.files[text]
        if (text.startsWith('/')) return file === undefined ? [] : parseResolvConf(file).nameservers
        return [text as Ip]
      })
      const by = places.find((p) => isLoopback(p) || own.includes(p))
      if (at && by !== undefined) return { at, zone, by }
    }
  }
  return undefined
}

/** Starts CoreDNS with these files. */
export function startCoreDns(home: CoreDnsHome, own: readonly Ip[]): CoreDnsStart {
  const server: DnsServer | CorefileError = dnsServer(home)
  if ('error' in server) return server
  const loop = looping(server.blocks, home, own)
  if (loop) {
    const error = `Loop (${loop.by} -> :53) detected for zone "${loop.zone}", see https://coredns.io/plugins/loop#troubleshooting.`
    return { error, file: loop.at.file, line: loop.at.line, printed: `[FATAL] plugin/loop: ${error}` }
  }
  return { sockets: socketsOf(server.blocks) }
}
