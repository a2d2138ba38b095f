import type { Part, Written } from '../../../kernel/iptables/ast.ts'
import type { Ip } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import type { Why } from '../../why.ts'
import { comment, dport, dstType, jump, maybeComment, proto, target, to } from '../../write.ts'
import type { Plan } from '../plan.ts'
import { internalChain, serviceChain } from './names.ts'
import { type Line, type Sync, usesFirewall } from './sync.ts'

/** Where traffic for a service port is caught: rules in the chains that all Services share. */
type Caught = { readonly address?: Ip; readonly port: number; readonly why: Why; readonly text: string; readonly cause: CauseId }

const caught = (sync: Sync, plan: Plan, c: Caught, before: readonly Part[], last: Part): Written => ({
  parts: [comment(c.text), ...before, ...proto(plan.port.proto), ...(c.address === undefined ? [] : [to(c.address)]), dport(c.port), last],
  because: sync.because(c.why, [c.cause]),
})

const reject = target({ kind: 'reject', with: 'icmp-port-unreachable', short: true })
const reject6 = target({ kind: 'reject', with: 'icmp6-port-unreachable', short: true })
const drop = target({ kind: 'drop' })

/** nat rules of KUBE-SERVICES and KUBE-NODEPORTS, in the order of the text. */
export function entryRules(sync: Sync, plan: Plan): readonly Line[] {
  const { port, any } = plan
  const { texts } = sync.version
  const out: Line[] = []
  const add = (chain: string, c: Caught, lead: string): void => void out.push([chain, caught(sync, plan, c, [], jump(lead))])
  if (plan.hasInternal) {
    const c = {
      address: port.clusterIP,
      port: port.port,
      why: 'cluster-ip',
      text: texts.clusterIP(port.name),
      cause: port.portCause('port'),
    } as const
    add('KUBE-SERVICES', c, internalChain(port))
  }
  if (!any) return out
  for (const e of port.externalIPs) {
    const c = {
      address: e.value,
      port: port.port,
      why: 'external-ip',
      text: texts.externalIP(port.name),
      cause: port.service.causeOf(e.path),
    } as const
    add('KUBE-SERVICES', c, serviceChain('EXT', port))
  }
  for (const v of port.vips) {
    const c = {
      address: v.value,
      port: port.port,
      why: 'load-balancer-ip',
      text: texts.loadBalancerIP(port.name),
      cause: port.service.causeOf(v.path),
    } as const
    add('KUBE-SERVICES', c, serviceChain(usesFirewall(plan) ? 'FW' : 'EXT', port))
  }
  if (port.nodePort !== 0) {
    const c = { port: port.nodePort, why: 'node-port', text: port.name, cause: port.portCause('nodePort') } as const
    add('KUBE-NODEPORTS', c, serviceChain('EXT', port))
  }
  return out
}

/** filter rules of a service port: REJECT and DROP where nobody can answer, source ranges, the health check port. */
export function filterRules(sync: Sync, plan: Plan): readonly Line[] {
  const { port, any } = plan
  const { texts } = sync.version
  const out: Line[] = []
  // With endpoints somewhere, a policy is what keeps them out of reach: dropped. Without any: rejected.
  const why = any ? 'no-local-endpoints' : 'no-endpoints'
  const text = any ? texts.noLocalEndpoints(port.name) : texts.noEndpoints(port.name)
  const end = any ? drop : sync.family === 4 ? reject : reject6
  const none = (chain: string, at: { readonly address?: Ip; readonly port: number }, cause: CauseId, before: readonly Part[] = []): void =>
    void out.push([chain, caught(sync, plan, { ...at, why, text, cause }, before, end)])
  if (!plan.hasInternal) none('KUBE-SERVICES', { address: port.clusterIP, port: port.port }, port.portCause('port'))
  if (!plan.hasExternal) {
    for (const e of port.externalIPs) none('KUBE-EXTERNAL-SERVICES', { address: e.value, port: port.port }, port.service.causeOf(e.path))
  }
  if (usesFirewall(plan)) {
    const chain = serviceChain('FW', port)
    for (const v of port.vips) {
      const c = {
        address: v.value,
        port: port.port,
        why: 'source-ranges',
        text: texts.notAccepted(port.name, chain),
        cause: port.service.causeOf('spec.loadBalancerSourceRanges'),
      } as const
      out.push(['KUBE-PROXY-FIREWALL', caught(sync, plan, c, [], drop)])
    }
  }
  if (!plan.hasExternal) {
    for (const v of port.vips) none('KUBE-EXTERNAL-SERVICES', { address: v.value, port: port.port }, port.service.causeOf(v.path))
    if (port.nodePort !== 0) none('KUBE-EXTERNAL-SERVICES', { port: port.nodePort }, port.portCause('nodePort'), [dstType('LOCAL')])
  }
  if (port.healthCheckNodePort !== 0) {
    const parts = [
      ...maybeComment(texts.healthCheck(port.name)),
      ...proto('tcp'),
      dport(port.healthCheckNodePort),
      target({ kind: 'accept' }),
    ]
    out.push(['KUBE-NODEPORTS', { parts, because: sync.because('health-check', [port.service.causeOf('spec.healthCheckNodePort')]) }])
  }
  return out
}
