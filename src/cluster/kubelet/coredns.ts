import type { ConfigMapObject, LabHost } from '../../manifest/kinds.ts'
import { nthOf, sizeOf } from '../../net/cidr.ts'
import { type Ip, parseIp } from '../../net/ip.ts'
import type { Networks } from '../config/networks.ts'
import { defaultCorefile } from '../defaults/corefile.ts'
import type { PodDraft } from '../pod-draft.ts'
import { type Place, report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { podHosts } from './hosts.ts'
import { parseNodeConf, podDns, resolvConfText } from './resolvconf.ts'
import { orNobody } from './upstream.ts'

/** What a CoreDNS container has: path → text, and its environment. `corefile` is the path of the flag -conf. */
export interface CoreDnsFiles {
  readonly corefile: string
  readonly files: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
}

/** Its sockets, or the line that it prints before it exits (`printed`), with file and line of the mistake. */
export type CoreDnsRun =
  | { readonly sockets: readonly { readonly proto: 'tcp' | 'udp'; readonly port: number }[] }
  | { readonly printed: string; readonly file: string; readonly line: number; readonly sockets?: undefined }

/** Starts CoreDNS with files. `own`: addresses that lead to CoreDNS itself. The engine brings it: a Corefile is read by userspace/coredns. */
export type StartCoreDns = (files: CoreDnsFiles, own: readonly Ip[]) => CoreDnsRun

/** ConfigMaps of kube-system and where CoreDNS finds their keys: kubeadm's, and the one that hosted clusters and k3s mount beside it. */
const MOUNTS = [
  { name: 'coredns', at: '/etc/coredns' },
  { name: 'coredns-custom', at: '/etc/coredns/custom' },
] as const
const COREFILE = '/etc/coredns/Corefile'

const PLACEHOLDER = /\{[$%]/

const DNS_NUMBER = 10
const DNS_PORT = /^53\b/

type Maps = readonly ConfigMapObject[]

const mounted = (maps: Maps): readonly { readonly map: ConfigMapObject; readonly at: string }[] =>
  MOUNTS.flatMap(({ name, at }) => {
    const map = maps.find((m) => m.metadata.namespace === 'kube-system' && m.metadata.name === name)
    return map ? [{ map, at }] : []
  })

/** Files that CoreDNS Pods have, but for those that the kubelet writes for each. */
export const coreDnsFiles = (maps: Maps): Readonly<Record<string, string>> =>
  Object.fromEntries(mounted(maps).flatMap(({ map, at }) => Object.entries(map.is.data).map(([key, text]) => [`${at}/${key}`, text])))

/** All that a CoreDNS container has, with the two files that the kubelet writes for it; kubeadm's Corefile where the files have none. */
export const coreDnsHome = (
  maps: Maps,
  domain: string,
  env: readonly { readonly name: string; readonly value: string }[],
  resolvConf: string,
  hosts: string,
): CoreDnsFiles => ({
  corefile: COREFILE,
  files: { [COREFILE]: defaultCorefile(domain), ...coreDnsFiles(maps), '/etc/resolv.conf': resolvConf, '/etc/hosts': hosts },
  env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
})

const answers = (host: LabHost): boolean => host.dns.length > 0 || host.listen.some((l) => DNS_PORT.test(l))

/** clusterDNS as the files say it, before Services have their addresses. */
function clusterDns(sorted: Sorted, nets: Networks): readonly Ip[] {
  const service = sorted.services.find((o) => o.metadata.namespace === 'kube-system' && o.metadata.name === 'kube-dns')
  const written = service?.is.spec.clusterIPs.flatMap((a) => parseIp(a) ?? []) ?? []
  const [net] = nets.serviceSubnets
  return written.length > 0 || net === undefined || sizeOf(net) <= DNS_NUMBER ? written : [nthOf(net, DNS_NUMBER)]
}

/** How CoreDNS starts in a Pod; a mistake in its files is told once, at its line. */
export type StartOf = (draft: PodDraft, nodeName: string) => CoreDnsRun

/** `start` undefined: nobody here reads Corefiles. */
export function coreDnsStarts(s: Settling, sorted: Sorted, nets: Networks, start: StartCoreDns | undefined): StartOf | undefined {
  if (!start) return undefined
  const own = clusterDns(sorted, nets)
  const nameservers = orNobody(sorted.labs.flatMap((lab) => lab.is.hosts.filter(answers).flatMap((h) => h.addresses.slice(0, 1))))
  const written = new Map(
    sorted.labs.flatMap((lab) => lab.is.nodes.flatMap((n) => (n.resolvConf === undefined ? [] : [[n.name, n.resolvConf] as const]))),
  )
  const told = new Set<string>()
  const run = (home: CoreDnsFiles): CoreDnsRun => {
    const made = start(home, own)
    if (!made.sockets && !told.has(made.printed)) {
      told.add(made.printed)
      const where = placeOf(sorted.configMaps, made)
      const params = { text: made.printed }
      if (where)
        s.problems.push({ code: 'coredns-fails', severity: 'warning', params, where: where.object.source.where(where.path, made.line) })
      else report(s, 'warning', 'coredns-fails', params)
    }
    return made
  }
  // A Corefile is read also where no Pod of CoreDNS stands in the files; what Pods give it (variables, resolv.conf) is unknown then.
  const [main] = mounted(sorted.configMaps)
  const text = main?.map.is.data['Corefile']
  if (main && !s.isMadeUp(main.map) && text !== undefined && !PLACEHOLDER.test(text))
    run({ corefile: COREFILE, files: coreDnsFiles(sorted.configMaps), env: {} })
  return (draft, nodeName) => {
    const conf = written.get(nodeName)
    const node = conf === undefined ? { nameservers, searches: [], options: [] } : parseNodeConf(conf)
    const dns = podDns(draft.spec, draft.meta.namespace, { clusterDNS: own, clusterDomain: nets.dnsDomain, node })
    const hosts = podHosts({ spec: draft.spec, meta: draft.meta, podIPs: [] }, nets.dnsDomain)
    return run(coreDnsHome(sorted.configMaps, nets.dnsDomain, draft.spec.containers[0]?.env ?? [], resolvConfText(dns.settings), hosts))
  }
}

/** The key of the ConfigMap that a file of the container comes from. */
function placeOf(maps: Maps, at: { readonly file: string }): Place | undefined {
  for (const { map, at: directory } of mounted(maps)) {
    const key = at.file.startsWith(`${directory}/`) ? at.file.slice(directory.length + 1) : ''
    if (Object.hasOwn(map.is.data, key)) return { object: map, path: `data["${key}"]` }
  }
  return undefined
}
