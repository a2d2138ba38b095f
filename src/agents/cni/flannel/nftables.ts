import { parseNft } from '../../../kernel/nft/parse.ts'
import type { Op } from '../../../kernel/op.ts'
import type { FlannelRules } from './rules.ts'

/**
 * What flanneld 0.28 writes with EnableNFTables (pkg/trafficmngr/nftables/nftables.go): a table of its own for each family, forward
 * first. Other than with iptables the mark is compared as a whole, and the fourth rule has the nets the other way round, so that it returns
 * all that the last one is for.
 */
export function nftOps({ family, net, subnet, randomFully, masquerade, forward }: FlannelRules): readonly Op[] {
  const ip = family === 4 ? 'ip' : 'ip6'
  const table = `${ip} flannel-ipv${family}`
  const hide = `masquerade${randomFully ? ' fully-random' : ''}`
  const chain = (name: string, comment: string, hook: string, rules: readonly string[]): string =>
    [`add chain ${table} ${name} { ${hook} ; comment "${comment}" ; }`, ...rules.map((rule) => `add rule ${table} ${name} ${rule}`)].join(
      '\n',
    )
  const forwards = chain('forward', 'chain to accept flannel traffic', 'type filter hook forward priority 0', [
    `${ip} saddr ${net} accept`,
    `${ip} daddr ${net} accept`,
  ])
  const hides = chain('postrtg', 'chain to manage traffic masquerading by flannel', 'type nat hook postrouting priority 100', [
    'meta mark 0x4000 return',
    `${ip} saddr ${subnet} ${ip} daddr ${net} return`,
    `${ip} saddr ${net} ${ip} daddr ${subnet} return`,
    `${ip} saddr != ${subnet} ${ip} daddr ${net} return`,
    `${ip} saddr ${net} ${ip} daddr != ${family === 4 ? '224.0.0.0/4' : 'ff00::/8'} ${hide}`,
    `${ip} saddr != ${net} ${ip} daddr ${net} ${hide}`,
  ])
  const head = `add table ${table} { comment "rules for flannel-ipv${family}" ; }\n${forwards}\n`
  const { commands } = parseNft(head + hides, '', (offset) => (offset < head.length ? forward : masquerade))
  return [{ do: 'nft', commands }]
}
