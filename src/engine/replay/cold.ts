import type { Moment } from '../../kernel/moment.ts'
import { printPacket } from '../../net/print.ts'
import type { Walked } from '../../walk.ts'
import type { GoldenExpected } from './golden.ts'
import type { Unseen } from './steps.ts'

/** What a walk from cold tables has sent by ARP, copies of broadcasts included, and what every machine has learnt by it. */
export function coldOf({ journeys, copies = [] }: Walked, moment: Moment, unseen: Unseen): Pick<GoldenExpected, 'arp' | 'learnt'> {
  const arp = [...journeys, ...copies]
    .filter((j) => j.phase === 'arp')
    .flatMap(({ events }) =>
      events.flatMap((e) =>
        e.kind === 'device' && e.after.kind === 'skb' && !unseen.netns(e.at.netns)
          ? [`${e.at.netns} ${e.dir} ${e.device}: ${printPacket(e.after.skb.packet)}`]
          : [],
      ),
    )
  const learnt = new Map<string, string[]>()
  const add = (netns: string, line: string): void => {
    if (!unseen.netns(netns)) learnt.set(netns, [...(learnt.get(netns) ?? []), line])
  }
  const words = (map: ReadonlyMap<string, string> | undefined): readonly (readonly [string, string, string, string])[] =>
    [...(map ?? [])].map(([key, value]) => [...(key.split(' ') as [string, string, string]), value] as const)
  const neighbours = words(moment.cold?.neighbours).map(([n, dev, address, mac]) => [n, `${address} dev ${dev} lladdr ${mac}`] as const)
  const ports = words(moment.cold?.ports).map(([n, bridge, mac, port]) => [n, `${mac} dev ${port} master ${bridge}`] as const)
  for (const [n, line] of [...neighbours].sort(byLine)) add(n, line)
  for (const [n, line] of [...ports].sort(byLine)) add(n, line)
  return { arp: [...new Set(arp)].sort(), learnt: Object.fromEntries(learnt) }
}

const byLine = ([, a]: readonly [string, string], [, b]: readonly [string, string]): number => (a < b ? -1 : a > b ? 1 : 0)
