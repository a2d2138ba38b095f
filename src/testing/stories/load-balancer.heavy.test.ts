import { loadBalancerStories } from './load-balancer.ts'

loadBalancerStories(true)
