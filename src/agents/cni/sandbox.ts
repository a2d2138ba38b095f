import { hex8 } from '../../kernel/mac.ts'

/** The name that a container runtime gives the namespace of a pod (under /var/run/netns): made up from the pod's own name. */
export function runtimeName(netns: string): string {
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => hex8(`cni ${i} ${netns}`)) as [string, string, string, string]
  return `cni-${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(1, 4)}-${c.slice(4)}${d}`
}
