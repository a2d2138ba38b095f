import type { Cluster, ClusterNode, NodeProxy } from '../../../cluster/cluster.ts'
import { FRESH } from '../../../kernel/sysctl.ts'
import { localDetector } from '../detectlocal.ts'
import { nodePortAddresses } from '../nodeportaddresses.ts'
import { familiesOf } from '../view.ts'
import { refusalOf } from './refusal.ts'

/** klog's header: level, month and day, time, the process, the file and line. The lab's clock begins on the first of January; in its container kube-proxy is process 1. */
function header(level: 'I' | 'E', at: number, place: string): string {
  const us = Math.floor(at / 1_000)
  const two = (n: number): string => String(n).padStart(2, '0')
  const seconds = Math.floor(us / 1_000_000)
  const day = 1 + Math.floor(seconds / 86_400)
  const time = `${two(Math.floor(seconds / 3_600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return `${level}01${two(day)} ${time}.${String(us % 1_000_000).padStart(6, '0')} ${'1'.padStart(7)} ${place}] `
}

const NAMES: Readonly<Record<Cluster['proxy']['mode'], string>> = {
  iptables: 'Using iptables Proxier',
  ipvs: 'Using ipvs Proxier',
  nftables: 'Using nftables Proxier',
  userspace: 'Using userspace Proxier',
  none: '',
}

const LOCALNET =
  'Setting route_localnet=1 to allow node-ports on localhost; to change this either disable iptables.localhostNodePorts (--iptables-localhost-nodeports) or set nodePortAddresses (--nodeport-addresses) to filter loopback addresses'

type Line = readonly [place: string, words: string]

/** conntrack.min, for machines of up to four cores. */
const MOST_ENTRIES = 131_072

/** A sysctl that has its value already is passed over, and the size of the table is only ever raised. `again`: an earlier start set them. */
function conntrackOf(node: ClusterNode, again: boolean): readonly Line[] {
  const prefix = 'net/netfilter/nf_conntrack_'
  const now = (name: string): number => node.sysctls[`${prefix}${name}`] ?? FRESH[`${prefix}${name}`] ?? 0
  const timeouts = [
    ['tcp_timeout_established', 86_400],
    ['tcp_timeout_close_wait', 3_600],
  ] as const
  if (again) return []
  return [
    ...(now('max') < MOST_ENTRIES ? [['conntrack.go:58', `"Setting nf_conntrack_max" nfConntrackMax=${MOST_ENTRIES}`] as const] : []),
    ...timeouts
      .filter(([name, value]) => now(name) !== value)
      .map(([name, value]) => ['conntrack.go:121', `"Set sysctl" entry="${prefix}${name}" value=${value}`] as const),
  ]
}

/** Place in the source and words of each line that a start prints at the default verbosity, in order (v1.30). */
function startOf(cluster: Cluster, node: ClusterNode, again: boolean): readonly Line[] {
  const { config, mode, raw } = cluster.proxy
  const families = familiesOf(node)
  const [first = 4] = families
  const ips = families.map((f) => node.addresses.find((a) => a.includes(':') === (f === 6)))
  const stack =
    families.length > 1
      ? `"kube-proxy running in dual-stack mode" primary ipFamily="IPv${first}"`
      : `"kube-proxy running in single-stack mode" ipFamily="IPv${first}"`
  const { localhostNodePorts } = config.iptables
  const localnet =
    mode === 'iptables' && families.includes(4) && localhostNodePorts && nodePortAddresses(4, config.nodePortAddresses).withLoopback
  const undetected = config.detectLocalMode === 'ClusterCIDR' && localDetector(config, node, first) === undefined
  const synced = ['service config', 'endpoint slice config', 'node config']
  return [
    ...((raw['mode'] ?? '') === '' && mode === 'iptables' ? [['server_linux.go:69', '"Using iptables proxy"'] as const] : []),
    ['server.go:1062', `"Successfully retrieved node IP(s)" IPs=[${ips.map((ip) => JSON.stringify(ip)).join(',')}]`],
    ...conntrackOf(node, again),
    ['server.go:659', stack],
    ['server_linux.go:165', `"${NAMES[mode]}"`],
    ...(undetected
      ? ([
          ['server_linux.go:243', '"Detect-local-mode set to ClusterCIDR, but no cluster CIDR defined"'],
          ['server_linux.go:247', '"Defaulting to no-op detect-local"'],
        ] as const)
      : []),
    ...(localnet ? [['proxier.go:243', `"${LOCALNET}"`] as const] : []),
    ['server.go:872', '"Version info" version="v1.30.5"'],
    ['server.go:874', '"Golang settings" GOGC="" GOMAXPROCS="" GOTRACEBACK=""'],
    ...(['config.go:192', 'config.go:101', 'config.go:319'] as const).flatMap((place, i) => [
      [place, `"Starting ${synced[i]} controller"`] as const,
      ['shared_informer.go:313', `Waiting for caches to sync for ${synced[i]}`] as const,
    ]),
    ...synced.map((what) => ['shared_informer.go:320', `Caches are synced for ${what}`] as const),
  ]
}

/** ns between two lines of a start: nobody measured, a line has a time. */
const BETWEEN = 1_000_000

function linesOf(cluster: Cluster, node: ClusterNode, at: number, again: boolean): readonly string[] {
  const refused = cluster.proxy.config.refused ? refusalOf(cluster.proxy.raw) : []
  if (refused.length > 0) {
    const text = refused.length === 1 ? (refused[0] ?? '') : `[${refused.join(', ')}]`
    return [`${header('E', at, 'run.go:74')}"command failed" err=${JSON.stringify(`failed validate: ${text}`)}`]
  }
  return startOf(cluster, node, again).map(([place, words], i) => `${header('I', at + i * BETWEEN, place)}${words}`)
}

/**
 * What `kubectl logs` prints of the kube-proxy on a node: of the process that runs, or of the last that ran (`--previous`: of the one before
 * it). Undefined: there is none.
 */
export function logLines(
  cluster: Cluster,
  node: ClusterNode,
  own: NodeProxy | undefined,
  previous: boolean,
): readonly string[] | undefined {
  if (cluster.proxy.mode === 'none') return undefined
  const starts = own?.starts ?? [{ at: 0, cluster }]
  const index = starts.length - (previous ? 2 : 1)
  const start = starts[index]
  const again = starts.slice(0, Math.max(0, index)).some((one) => !one.cluster.proxy.config.refused)
  return start && linesOf(start.cluster, node, start.at, again)
}
