import type { Cluster } from '../../../cluster/cluster.ts'
import { parseCidr } from '../../../net/cidr.ts'

type Json = Cluster['proxy']['raw'][string]

const MODES: readonly string[] = ['iptables', 'ipvs', 'nftables', '']
const CIDR = 'must be a valid CIDR block (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48)'

const invalid = (field: string, value: string | number, words: string): string =>
  `KubeProxyConfiguration.${field}: Invalid value: ${typeof value === 'string' ? JSON.stringify(value) : value}: ${words}`

const bitOf = (section: Json | undefined): number | undefined => {
  const bit = typeof section === 'object' && section !== null && 'masqueradeBit' in section ? section['masqueradeBit'] : undefined
  return typeof bit === 'number' && (bit < 0 || bit > 31) ? bit : undefined
}

function clusterCidr(value: Json | undefined): readonly string[] {
  if (typeof value !== 'string' || value === '') return []
  const parts = value.split(',')
  if (parts.length > 2)
    return [invalid('ClusterCIDR', value, 'only one CIDR allowed or a valid DualStack CIDR (e.g. 10.100.0.0/16,fde4:8dba:82e1::/48)')]
  if (parts.every((part) => parseCidr(part) !== undefined)) return []
  return [
    invalid('ClusterCIDR', value, parts.length === 2 ? 'must be a valid DualStack CIDR (e.g. 10.100.0.0/16,fde4:8dba:82e1::/48)' : CIDR),
  ]
}

/**
 * Why kube-proxy does not start with a configuration, in the words of its own validation and in its order
 * (pkg/proxy/apis/config/validation). nftables counts as switched on.
 */
export function refusalOf(raw: Cluster['proxy']['raw']): readonly string[] {
  const { mode, clusterCIDR, iptables, nftables, nodePortAddresses } = raw
  const bit = bitOf(iptables)
  const nftBit = mode === 'nftables' ? bitOf(nftables) : undefined
  const range = 'must be within the range [0, 31]'
  const addresses = Array.isArray(nodePortAddresses) ? (nodePortAddresses as readonly Json[]) : []
  return [
    ...(bit === undefined ? [] : [invalid('KubeProxyIPTablesConfiguration.MasqueradeBit', bit, range)]),
    ...(nftBit === undefined ? [] : [invalid('KubeProxyNFTablesConfiguration.MasqueradeBit', nftBit, range)]),
    ...(typeof mode !== 'string' || MODES.includes(mode)
      ? []
      : [
          invalid(
            'Mode.ProxyMode',
            mode,
            'must be iptables, ipvs, nftables or blank (blank means the best-available proxy [currently iptables])',
          ),
        ]),
    ...clusterCidr(clusterCIDR),
    ...addresses.flatMap((one, i) =>
      typeof one !== 'string' || one === 'primary' || parseCidr(one) !== undefined
        ? []
        : [invalid(`NodePortAddresses[${i}]`, one, 'must be a valid CIDR')],
    ),
  ]
}
