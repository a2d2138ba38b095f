import { dnsView } from '../agents/dns/view.ts'
import type { Cluster, ClusterPod } from '../cluster/cluster.ts'
import { coreDnsHome } from '../cluster/kubelet/coredns.ts'
import { podHosts } from '../cluster/kubelet/hosts.ts'
import { resolvConf } from '../cluster/kubelet/resolvconf.ts'
import { coreDns } from '../userspace/coredns/coredns.ts'
import type { Process } from '../userspace/process.ts'

/** CoreDNS as the Pod's container runs it: with the files of its ConfigMaps. */
export function coreDnsOf(cluster: Cluster, pod: ClusterPod, name: string): Process {
  const env = pod.spec.containers[0]?.env ?? []
  const home = coreDnsHome(cluster.configMaps, cluster.dnsDomain, env, resolvConf(cluster, pod), podHosts(pod, cluster.dnsDomain))
  return coreDns({ name, home, view: dnsView(cluster), localIPs: pod.podIPs, seed: cluster.seed }) as Process
}
