import { sha512 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { ClusterPod } from '../../../cluster/cluster.ts'
import { parseNft } from '../../../kernel/nft/parse.ts'
import type { Op } from '../../../kernel/op.ts'
import { type Cidr, familyOf } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { containerId } from '../container.ts'

const TABLE = 'inet cni_plugins_masquerade'
/** knftables takes comments of so many characters. */
const COMMENT = 128
const hash16 = (text: string): string => bytesToHex(sha512(utf8ToBytes(text))).slice(0, 16)

/** ipMasq with ipMasqBackend nftables (pkg/ip/ipmasq_nftables_linux.go): one table for all Pods, a rule for each address. */
export function nftMasquerade(network: string, pods: readonly ClusterPod[], nets: readonly Cidr[], because: CauseId): readonly Op[] {
  const rules = pods.flatMap((pod) => {
    const id = containerId(pod)
    const comment = `${hash16(network)}-${hash16(`eth0:${id}`)}, net: ${network}, if: eth0, id: ${id}`.slice(0, COMMENT)
    return pod.podIPs.flatMap((address) => {
      const net = nets.find((one) => familyOf(one) === familyOf(address))
      const ip = familyOf(address) === 4 ? 'ip' : 'ip6'
      const text = `add rule ${TABLE} masq_checks ${ip} saddr ${address} ${ip} daddr != ${net} masquerade comment "${comment}"`
      return net === undefined ? [] : [text]
    })
  })
  if (rules.length === 0) return []
  const text = [
    `add table ${TABLE} { comment "Masquerading for plugins from github.com/containernetworking/plugins" ; }`,
    `add chain ${TABLE} masq_checks { comment "Masquerade traffic from certain IPs to any (non-multicast) IP outside their subnet" ; }`,
    `add chain ${TABLE} postrouting { type nat hook postrouting priority 100 ; }`,
    `add rule ${TABLE} postrouting ip daddr 224.0.0.0/4 return`,
    `add rule ${TABLE} postrouting ip6 daddr ff00::/8 return`,
    `add rule ${TABLE} postrouting goto masq_checks`,
    ...rules,
  ].join('\n')
  return [{ do: 'nft', commands: parseNft(text, '', () => because).commands }]
}
