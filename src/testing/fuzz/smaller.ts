import type { Recipe } from './cluster.ts'

/** Recipes with one thing less. */
export function smaller(r: Recipe): readonly Recipe[] {
  const out: Recipe[] = []
  const swap = (i: number, change: Partial<Recipe['services'][number]>): Recipe => ({
    ...r,
    services: r.services.map((s, j) => (j === i ? { ...s, ...change } : s)),
  })
  if (r.services.length > 1)
    out.push({ ...r, services: [r.services[r.to.service] as Recipe['services'][number]], to: { ...r.to, service: 0 } })
  for (const [i, s] of r.services.entries()) {
    if (s.endpoints.length > 1) out.push(swap(i, { endpoints: s.endpoints.slice(0, -1) }))
    for (const key of ['udp', 'affinity', 'externalLocal', 'internalLocal', 'hostNetwork', 'silent', 'externalIp'] as const)
      if (s[key] && !(key === 'externalIp' && r.to.by === 'external-ip')) out.push(swap(i, { [key]: false }))
  }
  if (!r.brNetfilter) out.push({ ...r, brNetfilter: true })
  return out
}
