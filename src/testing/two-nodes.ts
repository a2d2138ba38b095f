/** Two nodes n1 and n2, the nets of the Pods and the Services: objects, to be written as JSON. */
export const twoNodeObjects: readonly unknown[] = [
  {
    apiVersion: 'kubeadm.k8s.io/v1beta3',
    kind: 'ClusterConfiguration',
    networking: { podSubnet: '10.244.0.0/16', serviceSubnet: '10.96.0.0/16' },
  },
  ...[1, 2].map((n) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: `n${n}` },
    spec: { podCIDR: `10.244.${n}.0/24` },
    status: { addresses: [{ type: 'InternalIP', address: `192.168.10.1${n}` }] },
  })),
]
