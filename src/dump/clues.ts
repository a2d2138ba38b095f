import { addressOf, lengthOf, maskedCidr, parseCidr } from '../net/cidr.ts'
import { type Cidr, familyOf, isLinkLocal, isLoopback, parseIp } from '../net/ip.ts'
import type { Clues, Dump, Target } from './dump.ts'
import { linksOfRoutes } from './route-links.ts'

/** A dump without what is concluded from it. */
type Told = Omit<Dump, 'clues'>

/** More addresses than this get no stand-ins: a page could not show them. */
const MOST_TARGETS = 500

export function cluesOf(dump: Told): Clues {
  const links = dump.links?.addresses === true ? dump.links.links : linksOfRoutes(dump)
  const defaults = (dump.routes?.list ?? []).filter(({ route }) => lengthOf(route.dst) === 0 && (route.table ?? 'main') === 'main')
  const out = defaults.flatMap(({ route }) => (route.dev === undefined ? [] : [route.dev]))
  const usable = (net: Cidr): boolean => !isLoopback(addressOf(net)) && !isLinkLocal(addressOf(net))
  const addressed = links.flatMap((l) => (l.addrs ?? []).filter(usable).map((net) => ({ dev: l.dev, net })))
  const masters = new Set(links.flatMap((l) => (l.master === undefined ? [] : [l.master])))
  const inner = (dev: string): boolean =>
    masters.has(dev) || /^(?:cni|docker|br-|flannel|vxlan|kube-|cilium|cali|tunl|weave|virbr|nodelocal|lxc)/.test(dev)
  const towards = addressed.filter(({ dev }) => out.includes(dev))
  const others = addressed.filter(({ dev }) => !out.includes(dev) && !inner(dev))
  const bridge = addressed.find(({ dev, net }) => /^(?:cni|cbr|kube-bridge)/.test(dev) && familyOf(net) === 4 && lengthOf(net) < 32)
  const podNet = podNetOf(dump)
  return {
    uplink: [...towards, ...others].map(({ net }) => net),
    gateways: defaults.flatMap(({ route }) => (route.via === undefined ? [] : [route.via])),
    ...(bridge === undefined ? {} : { podCIDR: maskedCidr(bridge.net) }),
    ...(podNet === undefined ? {} : { podNet }),
    ...targetsOf(dump, MOST_TARGETS),
  }
}

const SERVICE = /^([a-z0-9-]+\/[a-z0-9.-]+)(?::([a-z0-9-]*))?/

/** Where a dump's rules send packets: targets of DNAT in iptables and nft, each once. At most `most`. */
function targetsOf(dump: Told, most: number): { readonly targets: readonly Target[]; readonly more: boolean } {
  const found = new Map<string, Target>()
  let more = false
  const add = (to: string, proto: string, line: number, service?: string): void => {
    const m = /^\[?([0-9a-fA-F.:]+?)\]?:(\d+)$/.exec(to)
    const address = parseIp(m?.[1] ?? '')
    const kind = /^(?:tcp|6)$/.test(proto) ? 'TCP' : /^(?:udp|17)$/.test(proto) ? 'UDP' : /^(?:sctp|132)$/.test(proto) ? 'SCTP' : undefined
    if (address === undefined || kind === undefined || isLoopback(address)) return
    const key = `${address} ${m?.[2]} ${kind}`
    if (found.has(key)) return
    if (found.size >= most) more = true
    else found.set(key, { address, port: Number(m?.[2]), proto: kind, line, ...(service === undefined ? {} : { service }) })
  }
  for (const { chains, table, listing } of dump.tables) {
    if (table !== 'nat') continue
    for (const { at } of chains.values()) {
      if (more) break
      for (let i = 0; i < at.length; i += 3) {
        const rule = dump.text.slice(at[i], at[i + 1])
        const to = listing === undefined ? /--to-destination (\S+)/.exec(rule)?.[1] : /\bto:(\S+)/.exec(rule)?.[1]
        if (to === undefined || !/\bDNAT\b/.test(rule)) continue
        const proto = listing === undefined ? / -p (\w+)/.exec(rule)?.[1] : /\b(tcp|udp|sctp)\b/.exec(rule)?.[1]
        const comment = /(?:--comment "?|\/\* )([^"*]+)/.exec(rule)?.[1]
        add(to, proto ?? '', at[i + 2] as number, SERVICE.exec(comment?.trim() ?? '')?.[0])
      }
    }
  }
  for (const piece of dump.nft?.pieces ?? []) {
    for (const m of piece.text.matchAll(/\b(tcp|udp|sctp)\b[^\n]*?\bdnat (?:ip6? )?to (\[?[0-9a-fA-F.:]+\]?:\d+)/g)) {
      const line = piece.line + piece.text.slice(0, m.index).split('\n').length - 1
      add(m[2] as string, m[1] as string, line)
    }
  }
  for (const t of dump.servers) if (found.size < most) found.set(`${t.address} ${t.port} ${t.proto}`, t)
  return { targets: [...found.values()], more }
}

/** Nets that rules take for those of the Pods: `! -s 10.244.0.0/16 … -j KUBE-MARK-MASQ`. */
function podNetOf(dump: Told): Cidr | undefined {
  for (const { chains } of dump.tables)
    for (const { at, name } of chains.values()) {
      if (!/^KUBE-(?:SVC|SERVICES|FORWARD)/.test(name)) continue
      for (let i = 0; i < at.length; i += 3) {
        const net = /^\S+ \S+ (?:! )?-s (\S+\/\d+) .*(?:-j KUBE-MARK-MASQ|forwarding conntrack pod source)/.exec(
          dump.text.slice(at[i], at[i + 1]),
        )?.[1]
        const found = net === undefined ? undefined : parseCidr(net)
        if (found !== undefined && lengthOf(found) < 32) return found
      }
    }
  return undefined
}
