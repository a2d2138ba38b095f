import { destKey, type IpvsCommand, keyOf, type Virtual, type Virtuals } from './ast.ts'

/** A namespace without virtual servers. */
export const noVirtuals: Virtuals = new Map()

function withDest(v: Virtual, c: Extract<IpvsCommand, { do: 'add-server' | 'edit-server' | 'delete-server' }>): Virtual {
  if (c.do === 'delete-server') return { ...v, dests: v.dests.filter((d) => destKey(d) !== destKey(c)) }
  const old = v.dests.find((d) => destKey(d) === destKey(c.dest))
  const dest = { ...c.dest, lastWeight: c.dest.weight === 0 && old && c.do === 'edit-server' ? old.lastWeight : c.dest.weight }
  if (c.do === 'add-server') return { ...v, dests: old ? v.dests : [dest, ...v.dests] }
  return { ...v, dests: v.dests.map((d) => (d === old ? dest : d)) }
}

/** The virtual servers after some commands, in order; those that came in stay as they were. */
export function withIpvs(before: Virtuals, commands: readonly IpvsCommand[]): Virtuals {
  const all = new Map(before)
  for (const c of commands) {
    switch (c.do) {
      case 'add-service': {
        const key = keyOf(c.service.name)
        if (!all.has(key)) all.set(key, { ...c.service, dests: [] })
        break
      }
      case 'edit-service': {
        const old = all.get(keyOf(c.service.name))
        if (old) all.set(keyOf(c.service.name), { ...c.service, dests: old.dests })
        break
      }
      case 'delete-service':
        all.delete(keyOf(c.name))
        break
      case 'add-server':
      case 'edit-server':
      case 'delete-server': {
        const old = all.get(keyOf(c.name))
        if (old) all.set(keyOf(c.name), withDest(old, c))
        break
      }
      case 'clear':
        all.clear()
        break
    }
  }
  return all
}
