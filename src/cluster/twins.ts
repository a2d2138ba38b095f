import { type Ip, parseIp } from '../net/ip.ts'
import { type Place, report, type Settling } from './settling.ts'
import type { Sorted } from './sorted.ts'

interface Claim {
  readonly address: Ip
  /** `node n1`, `host client`. */
  readonly who: string
  readonly place: Place
}

function claims(sorted: Sorted): readonly Claim[] {
  const own = sorted.nodes.flatMap((object) =>
    object.is.addresses.flatMap(({ type, address }, i): readonly Claim[] => {
      const found = type === 'InternalIP' ? parseIp(address) : undefined
      return found === undefined
        ? []
        : [{ address: found, who: `node ${object.metadata.name}`, place: { object, path: `status.addresses[${i}].address` } }]
    }),
  )
  const lab = sorted.labs.flatMap((object) =>
    (['nodes', 'hosts'] as const).flatMap((list) =>
      object.is[list].flatMap(({ name, addresses }, i) =>
        addresses.map(
          (address, j): Claim => ({
            address,
            who: `${list === 'nodes' ? 'node' : 'host'} ${name}`,
            place: { object, path: `spec.${list}[${i}].addresses[${j}]` },
          }),
        ),
      ),
    ),
  )
  return [...own, ...lab]
}

/** Two machines with one address: whose answer to ARP comes first decides, and nobody can say which that is. */
export function checkTwins(s: Settling, sorted: Sorted): void {
  const first = new Map<Ip, string>()
  for (const { address, who, place } of claims(sorted)) {
    const other = first.get(address)
    if (other === undefined) first.set(address, who)
    else if (other !== who) report(s, 'warning', 'address-taken', { address, other }, place)
  }
}
