/** Name of the process on a node. */
export const proxyProcess = (node: string): string => `kube-proxy on ${node}`
