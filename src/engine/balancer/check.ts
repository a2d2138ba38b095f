import { hostNetns } from '../../agents/agent.ts'
import { plainHost, program } from '../../agents/program.ts'
import { HEALTHZ } from '../../agents/proxy/healthz.ts'
import { takesPart } from '../../cluster/balancer/providers.ts'
import type { BalancedService, Balancer, Cluster, ClusterNode, NodeHealth } from '../../cluster/cluster.ts'
import type { Machines } from '../../kernel/machine.ts'
import { Moment } from '../../kernel/moment.ts'
import { familyOf } from '../../net/ip.ts'
import { endpointText } from '../../net/message.ts'
import { hashLuck } from '../../trace/luck.ts'
import { client } from '../../userspace/client.ts'
import { walkProbe } from '../probe.ts'

/**
 * The URL of a node's health check: the Service's own port with policy Local; else kube-proxy's /healthz, or a connection to the
 * first node port of TCP.
 */
function askOf({ healthCheck }: Balancer, { service, vips }: BalancedService, node: ClusterNode): string | undefined {
  const { spec } = service
  const address = node.addresses.find((a) => vips.some((vip) => familyOf(vip) === familyOf(a)))
  if (address === undefined) return undefined
  if (spec.healthCheckNodePort > 0) return `http://${endpointText(address, spec.healthCheckNodePort)}/`
  if (healthCheck === 'healthz') return `http://${endpointText(address, HEALTHZ)}/healthz`
  const port = spec.ports.find(({ protocol, nodePort }) => protocol === 'TCP' && nodePort > 0)?.nodePort
  return port === undefined ? undefined : `tcp://${endpointText(address, port)}`
}

/** One request to each node, walked from the balancer's machine as it is before it sends to anybody. */
export function checkNodes(cluster: Cluster, balancer: Balancer, one: BalancedService): readonly NodeHealth[] {
  const host = cluster.hosts.find((h) => h.balancer === balancer)
  if (host === undefined) return []
  const [whole, own, bare] = [program(cluster), hostNetns(host), plainHost(cluster, host)]
  const machines: Machines = { ...whole, netns: (name) => (name === own ? bare : whole.netns(name)) }
  return cluster.nodes.map((node): NodeHealth => {
    const asks = askOf(balancer, one, node)
    const of = { node: node.meta.name, asks: asks ?? '' }
    if (!takesPart(node)) return { ...of, asks: '', healthy: false, answer: 'excluded' }
    if (asks === undefined) return { ...of, healthy: false, answer: 'no port to ask' }
    const asked = client({ to: asks }, { resolvConf: '', hosts: '', own: [4, 6] }, `${own} health check`)
    if ('problem' in asked) return { ...of, healthy: false, answer: asked.problem.code }
    const { outcome, result } = walkProbe({ cluster }, machines, own, asked.process, hashLuck(cluster.seed), new Moment())
    const { answer } = result ?? {}
    // a connection that opens is all that a check of a node port wants: what the endpoint says is its own affair
    if (asks.startsWith('tcp:'))
      return { ...of, healthy: outcome.kind === 'ok', answer: outcome.kind === 'ok' ? 'connected' : outcome.kind }
    const told = outcome.status === undefined ? outcome.kind : `HTTP ${outcome.status}`
    return { ...of, healthy: outcome.status === 200, answer: told, ...(answer?.kind === 'http-response' ? { body: answer.body } : {}) }
  })
}
