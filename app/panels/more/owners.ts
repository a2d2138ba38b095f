import type { Answer } from '../../../src/answer.ts'

const made = new WeakMap<Answer, ReadonlyMap<string, string>>()

/** Whose an address is: `web-1 eth0` for a MAC, `default/web-1` for an IP, `Service default/web` for a ClusterIP. */
function namesOf(answer: Answer): ReadonlyMap<string, string> {
  const known = made.get(answer)
  if (known !== undefined) return known
  const names = new Map<string, string>()
  const { stage } = answer
  for (const s of stage?.services ?? []) for (const address of s.clusterIP.split(',')) names.set(address, `Service ${s.name}`)
  for (const n of stage?.netns ?? []) {
    for (const d of n.devices) {
      if (d.kind === 'loopback') continue
      names.set(d.mac, `${n.title} ${d.dev}`)
      for (const net of d.addrs) names.set(net.slice(0, net.indexOf('/')), n.kind === 'pod' ? n.name : `${n.title} ${d.dev}`)
    }
  }
  made.set(answer, names)
  return names
}

/** A word on a header's field: whose address it is. */
export const ownersOf =
  (answer: Answer) =>
  (field: string, value: string): string =>
    field === 'src' || field === 'dst' ? (namesOf(answer).get(value) ?? '') : ''
