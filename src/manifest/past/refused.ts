import { type Bare, type Member, readMember } from '../member.ts'
import type { View } from '../schema/view.ts'

/** Values that kube-proxy itself refuses, at its start: the API server takes a ConfigMap whatever its texts say. */
const REFUSED = /^(mode|clusterCIDR|nodePortAddresses\[\d+\]|(iptables|nftables)\.masqueradeBit)$/

/** The configuration as one with which kube-proxy does not start, when nothing else is wrong with it. What is wrong is told as a warning. */
export function refusedConfig({ findings }: Member, json: View): Member | undefined {
  const errors = findings.filter((f) => f.severity === 'error')
  if (errors.length === 0 || !errors.every((f) => REFUSED.test(f.field))) return undefined
  const bad = new Set(errors.map((f) => /^\w+/.exec(f.field)?.[0]))
  const { bare } = readMember(Object.fromEntries(Object.entries(json).filter(([key]) => !bad.has(key))), null, [], '')
  if (bare?.kind !== 'KubeProxyConfiguration') return undefined
  return {
    bare: { ...bare, raw: json, is: { ...bare.is, refused: true } } as Bare,
    findings: findings.map((f) => (f.severity === 'error' ? { ...f, severity: 'warning' as const } : f)),
  }
}
