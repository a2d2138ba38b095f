import { dnsView } from '../agents/dns/view.ts'
import type { Cluster, ClusterPod } from '../cluster/cluster.ts'
import { defaultCorefile } from '../cluster/defaults/corefile.ts'
import { coreDnsHome } from '../cluster/kubelet/coredns.ts'
import { podHosts } from '../cluster/kubelet/hosts.ts'
import { resolvConf } from '../cluster/kubelet/resolvconf.ts'
import { coreDns } from '../userspace/coredns/coredns.ts'
import type { Process } from '../userspace/process.ts'

/** CoreDNS as the Pod's container runs it: the files of its ConfigMaps, and kubeadm's Corefile where there is none. */
export function coreDnsOf(cluster: Cluster, pod: ClusterPod, name: string): Process {
  const env = pod.spec.containers[0]?.env ?? []
  const home = coreDnsHome(cluster.configMaps, env, resolvConf(cluster, pod), podHosts(pod, cluster.dnsDomain))
  const files = { [home.corefile]: defaultCorefile(cluster.dnsDomain), ...home.files }
  return coreDns({ name, home: { ...home, files }, view: dnsView(cluster), localIPs: pod.podIPs, seed: cluster.seed }) as Process
}
