import { loadBalancerStories } from './load-balancer.ts'

// The rest of them, and the other modes of kube-proxy, in load-balancer.heavy.test.ts.
loadBalancerStories(false)
