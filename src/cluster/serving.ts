import type { Container, PodSpec } from '../manifest/kinds.ts'

/** A Pod that only serves: what stands for an endpoint, too. */
export const servingSpec = (containers: readonly Container[]): PodSpec => ({
  containers,
  hostNetwork: false,
  dnsPolicy: 'ClusterFirst',
  nodeSelector: {},
  enableServiceLinks: true,
})
