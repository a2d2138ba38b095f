import type { ClusterPod } from '../cluster.ts'

type Pod = Pick<ClusterPod, 'spec' | 'meta' | 'podIPs'>

/** hostAliases of the Pod, a line each with all its names (hostsEntriesFromHostAliases). */
function aliases({ spec }: Pod): string {
  const lines = spec.hostAliases ?? []
  if (lines.length === 0) return ''
  return `\n# Entries added by HostAliases.\n${lines.map(({ ip, hostnames }) => `${ip}\t${hostnames.join('\t')}\n`).join('')}`
}

/** The name of a Pod's containers: spec.hostname, else its own, cut to what a hostname may have (GeneratePodHostNameAndDomain). */
const LONGEST_HOSTNAME = 63
const hostnameOf = ({ spec, meta }: Pod): string => spec.hostname ?? meta.name.slice(0, LONGEST_HOSTNAME).replace(/[-.]+$/, '')

/** /etc/hosts that the kubelet writes into a pod (kubernetes pkg/kubelet/kubelet_pods.go); with hostNetwork it is the node's file under another head. */
export function podHosts(pod: Pod, domain: string): string {
  if (pod.spec.hostNetwork) return `# Kubernetes-managed hosts file (host network).\n${machineHosts}${aliases(pod)}`
  const { subdomain } = pod.spec
  const name = hostnameOf(pod)
  const names = subdomain === undefined ? name : `${name}.${subdomain}.${pod.meta.namespace}.svc.${domain}\t${name}`
  const own = pod.podIPs.map((address) => `${address}\t${names}\n`).join('')
  return `# Kubernetes-managed hosts file.\n${LOCAL}${own}${aliases(pod)}`
}

const LOCAL =
  '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n'

/** Of nodes and of machines outside. */
export const machineHosts = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n'
