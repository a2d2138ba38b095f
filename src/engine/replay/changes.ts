import { emptyRuleset } from '../../kernel/iptables/ruleset.ts'
import { readRestoreText } from '../../kernel/iptables/ruleset-read.ts'
import type { Machines, Netns } from '../../kernel/machine.ts'
import type { CtEntry, Moment } from '../../kernel/moment.ts'
import type { Golden, GoldenDo, GoldenRules } from './golden.ts'
import { load } from './machines.ts'

interface Change {
  readonly command: RegExp
  /** The namespaces that are another now. */
  run(words: readonly string[], netns: Netns, machines: Machines, moment: Moment): readonly Netns[]
}

const without = (netns: Netns, dev: string): Netns => ({
  ...netns,
  links: netns.links.filter((l) => l.dev !== dev),
  routes: netns.routes.filter((r) => r.dev !== dev),
  neigh: netns.neigh.filter((n) => n.dev !== dev),
  fdb: netns.fdb.filter((f) => f.dev !== dev),
})

function forget(moment: Moment, netns: string, which: (e: CtEntry) => boolean): void {
  const table = moment.conntrack.get(netns)
  for (const [key, entry] of table ?? []) if (which(entry)) table?.delete(key)
}

/** Commands of iproute2 and conntrack that the stories carry out between their probes. */
const CHANGES: readonly Change[] = [
  {
    command: /^ip link del (\S+)$/,
    run([dev = ''], netns, machines) {
      const peer = netns.links.find((l) => l.dev === dev)?.peer
      const other = peer && machines.netns(peer[0])
      return [without(netns, dev), ...(peer && other ? [without(other, peer[1])] : [])]
    },
  },
  {
    command: /^ip neigh flush dev (\S+)$/,
    run: ([dev = ''], netns) => [{ ...netns, neigh: netns.neigh.filter((n) => n.dev !== dev || n.state === 'PERMANENT') }],
  },
  {
    // segments that are offloaded as one packet are cut at the device: here each is a packet of its own anyway
    command: /^ip link set (\S+) gso_max_segs 1$/,
    run: () => [],
  },
  {
    command: /^conntrack -F$/,
    run(_words, netns, _machines, moment) {
      forget(moment, netns.name, () => true)
      return []
    },
  },
  {
    command: /^conntrack -D --orig-dst (\S+) -p (\S+) --dst-nat (\S+)$/,
    run([dst, proto, nat], netns, _machines, moment) {
      forget(moment, netns.name, (e) => e.orig.dst === dst && e.orig.proto === proto && e.status.has('DST_NAT') && e.reply.src === nat)
      return []
    },
  },
]

/** The first command of a story that none of the above carries out. */
export function unknownCommand(golden: Golden): string | undefined {
  return (golden.sequence ?? [])
    .flatMap((part) => ('do' in part ? (part.do.run ?? []) : []))
    .find((text) => !CHANGES.some((c) => c.command.test(text)))
}

/** iptables -F and -X in filter and nat, then the new texts: policies and other tables stay. */
function replaced(netns: Netns, rules: GoldenRules): Netns {
  const family = rules.family === 'IPv6' ? 6 : 4
  const wipe = '*filter\n-F\n-X\nCOMMIT\n*nat\n-F\n-X\nCOMMIT\n'
  const { ruleset } = readRestoreText(netns.rules[family] ?? emptyRuleset(), wipe, { flush: false, file: 'wipe', family })
  return { ...netns, rules: { ...netns.rules, [family]: load(netns.name, rules, ruleset) } }
}

/** The machines after a change; conntrack entries are deleted from the moment. */
export function changed(before: Machines, moment: Moment, change: GoldenDo): Machines {
  let table = new Map(before.names.map((n) => [n, before.netns(n) as Netns]))
  const now = (): Machines => {
    const mine = table
    return { names: before.names, netns: (name) => mine.get(name), wires: before.wires }
  }
  const put = (netns: readonly Netns[]): void => {
    table = new Map([...table, ...netns.map((n) => [n.name, n] as const)])
  }
  for (const text of change.run ?? []) {
    const netns = table.get(change.ns ?? '')
    const known = CHANGES.find((c) => c.command.test(text))
    if (!netns || !known) throw new Error(`not a command that is carried out: ${text}`)
    put(known.run(known.command.exec(text)?.slice(1) ?? [], netns, now(), moment))
  }
  for (const [name, rules] of Object.entries(change.rules ?? {})) {
    const netns = table.get(name)
    if (netns) put([replaced(netns, rules)])
  }
  return now()
}
