import type { ClusterPod } from '../cluster.ts'

/** /etc/hosts that the kubelet writes into a pod (kubernetes pkg/kubelet/kubelet_pods.go); hostNetwork pods get the node's file. */
export function podHosts(pod: Pick<ClusterPod, 'spec' | 'meta' | 'podIPs'>, domain: string): string {
  if (pod.spec.hostNetwork) return machineHosts
  const { hostname, subdomain } = pod.spec
  const name = hostname ?? pod.meta.name
  const names = subdomain === undefined ? name : `${name}.${subdomain}.${pod.meta.namespace}.svc.${domain}\t${name}`
  const own = pod.podIPs.map((address) => `${address}\t${names}\n`).join('')
  return `# Kubernetes-managed hosts file.\n${LOCAL}${own}`
}

const LOCAL =
  '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n'

/** Of nodes and of machines outside. */
export const machineHosts = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n'
