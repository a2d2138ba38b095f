import type { Stage } from '../answer.ts'

/** What an address belongs to, for sentences: `Service default/web`, `Pod default/web-1`, `node-1`. */
export interface Owner {
  readonly kind: 'service' | 'pod' | 'node' | 'host'
  readonly name: string
}

/** Whose address it is; undefined when it is nobody's that the stage knows. Ports are ignored: `10.0.0.1:80`, `[fd00::1]:80`. */
export type Names = (address: string) => Owner | undefined

const bare = (end: string): string => {
  if (end.startsWith('[')) return end.slice(1, end.indexOf(']'))
  return end.split(':').length === 2 ? end.slice(0, end.indexOf(':')) : end
}

export function namesOf(stage: Stage | undefined): Names {
  const owners = new Map<string, Owner>()
  for (const s of stage?.services ?? [])
    if (s.clusterIP !== '' && s.clusterIP !== 'None') owners.set(s.clusterIP, { kind: 'service', name: s.name })
  for (const n of stage?.netns ?? []) {
    if (n.kind === 'underlay') continue
    const owner = { kind: n.kind, name: n.kind === 'pod' ? n.name : n.title }
    for (const device of n.devices) for (const a of device.addrs) owners.set(a.slice(0, a.indexOf('/')), owner)
    for (const a of n.addresses) owners.set(a, owner)
  }
  return (address) => owners.get(bare(address))
}

/** `Service default/web` or `10.0.0.9`. */
export function nameOf(names: Names, address: string): string {
  const owner = names(address)
  switch (owner?.kind) {
    case undefined:
      return address
    case 'service':
      return `Service ${owner.name}`
    case 'pod':
      return `Pod ${owner.name}`
    case 'node':
    case 'host':
      return owner.name
  }
}
