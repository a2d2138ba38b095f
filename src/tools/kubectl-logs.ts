import { failed, notModelled, printed, type Tool } from './tool.ts'

/** Options that the real one has and that change nothing here, or that ours cannot do. */
const NAMESPACE = ['-n', '--namespace']

/** Names of the kube-proxy of this node: the DaemonSet as kubeadm makes it, and its label. */
const TARGETS = ['ds/kube-proxy', 'daemonset/kube-proxy', 'kube-proxy']

/**
 * `kubectl logs -n kube-system ds/kube-proxy`: what the kube-proxy of this node has printed since its start, or with `-p` the one before it.
 * The real kubectl picks one Pod of the DaemonSet; asked on a node, ours picks the node's.
 */
export const kubectl: Tool = {
  name: 'kubectl',
  run(ctx, argv) {
    const [verb, ...rest] = argv
    if (verb !== 'logs') return notModelled('kubectl', verb ?? '')
    let namespace = 'default'
    let previous = false
    let target: string | undefined
    for (let i = 0; i < rest.length; i++) {
      const word = rest[i] ?? ''
      const [option = '', value] = word.split('=', 2)
      if (NAMESPACE.includes(option)) namespace = value ?? rest[++i] ?? ''
      else if (word === '-l' || option === '--selector') {
        if ((word === '-l' ? rest[++i] : (value ?? rest[++i])) !== 'k8s-app=kube-proxy' && !word.endsWith('=k8s-app=kube-proxy'))
          return notModelled('kubectl logs', word)
        target = 'kube-proxy'
      } else if (word === '-p' || word === '--previous') previous = true
      else if (word.startsWith('-')) return notModelled('kubectl logs', word)
      else if (target === undefined) target = word
      else return notModelled('kubectl logs', word)
    }
    if (target === undefined)
      return failed(
        1,
        "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.",
        'POD or TYPE/NAME is a required argument for the logs command',
        "See 'kubectl logs -h' for help and examples",
      )
    if (!TARGETS.includes(target)) return notModelled('kubectl logs', target)
    if (namespace !== 'kube-system') return failed(1, `Error from server (NotFound): daemonsets.apps "kube-proxy" not found`)
    const lines = ctx.proxyLog?.(previous)
    if (lines !== undefined) return printed(lines)
    return previous
      ? failed(1, 'Error from server (BadRequest): previous terminated container "kube-proxy" in pod "kube-proxy" not found')
      : failed(1, `Error from server (NotFound): daemonsets.apps "kube-proxy" not found`)
  },
}
