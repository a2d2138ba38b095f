import type { Restore, RestoreTable, Written } from '../../../kernel/iptables/ast.ts'
import type { Ip } from '../../../net/ip.ts'
import { markRules, postroutingRules } from '../marks.ts'
import type { ServicePort } from '../serviceport.ts'
import { ownChains, ownRules } from './chains.ts'
import { entryRules, filterRules } from './entry.ts'
import { forwardRules, localhostRules, nodePortJumps } from './fixed.ts'
import { serviceChain } from './names.ts'
import type { Line, Sync } from './sync.ts'

const inChain = (chain: string, rules: readonly Written[]): readonly Line[] => rules.map((rule): Line => [chain, rule])

function grouped(lines: Iterable<Line>): Map<string, Written[]> {
  const out = new Map<string, Written[]>()
  for (const [chain, rule] of lines) {
    const list = out.get(chain)
    if (list === undefined) out.set(chain, [rule])
    else list.push(rule)
  }
  return out
}

/** Chains of the filter table; their rules begin and end with these, and between them stand those of the Services. */
export const filterChains = ({ version, localhost }: Sync): readonly string[] => [
  ...version.filterChains,
  ...(localhost ? [version.localhostChain] : []),
]
export const filterFirst = (sync: Sync): readonly Line[] =>
  sync.localhost ? inChain(sync.version.localhostChain, localhostRules(sync)) : []
export const filterLast = (sync: Sync): readonly Line[] => inChain('KUBE-FORWARD', forwardRules(sync))
/** The same of the nat table. */
export const natFirst = (sync: Sync): readonly Line[] => [
  ...inChain('KUBE-POSTROUTING', postroutingRules(sync, sync.mark)),
  ...inChain('KUBE-MARK-MASQ', markRules(sync, sync.mark)),
]
export const natLast = (sync: Sync, nodePortIps: () => readonly Ip[]): readonly Line[] =>
  inChain('KUBE-SERVICES', nodePortJumps(sync, nodePortIps))

/** The few chains of the filter table are made together, when the first of them is asked for. */
function filterTable(sync: Sync): RestoreTable {
  const declared = filterChains(sync)
  let lines: readonly Line[] | undefined
  let byChain: Map<string, Written[]> | undefined
  const all = (): readonly Line[] => {
    lines ??= [...filterFirst(sync), ...sync.ports.flatMap((p) => filterRules(sync, sync.plan(p))), ...filterLast(sync)]
    return lines
  }
  return {
    table: 'filter',
    declared: () => declared,
    lines: all,
    chain(name) {
      if (!declared.includes(name)) return undefined
      byChain ??= grouped(all())
      return byChain.get(name) ?? []
    },
  }
}

/** Finds the service port behind a chain name: SVC, SVL, EXT and FW share a hash; SEP chains are known once their SVC or SVL was made. */
function owners(sync: Sync): { of(name: string): ServicePort | undefined; learn(port: ServicePort, chains: Iterable<string>): void } {
  const bySuffix = new Map<string, ServicePort>()
  const byEndpoint = new Map<string, ServicePort>()
  let complete = false
  const suffix = (name: string): string => name.slice(name.lastIndexOf('-') + 1)
  const learn = (port: ServicePort, chains: Iterable<string>): void => {
    for (const name of chains) if (name.startsWith('KUBE-SEP-')) byEndpoint.set(name, port)
  }
  return {
    learn,
    of(name) {
      if (name.startsWith('KUBE-SEP-')) {
        if (!byEndpoint.has(name) && !complete) {
          complete = true
          for (const port of sync.ports) learn(port, ownChains(sync.plan(port)))
        }
        return byEndpoint.get(name)
      }
      if (!/^KUBE-(SVC|SVL|EXT|FW)-/.test(name)) return undefined
      if (bySuffix.size === 0) for (const port of sync.ports) bySuffix.set(suffix(serviceChain('SVC', port)), port)
      return bySuffix.get(suffix(name))
    },
  }
}

function natTable(sync: Sync, nodePortIps: () => readonly Ip[]): RestoreTable {
  const own = new Map<ServicePort, Map<string, Written[]>>()
  const owner = owners(sync)
  let shared: Map<string, Written[]> | undefined
  const ownOf = (port: ServicePort): Map<string, Written[]> => {
    const old = own.get(port)
    if (old !== undefined) return old
    const made = grouped(ownRules(sync, sync.plan(port)))
    own.set(port, made)
    owner.learn(port, made.keys())
    return made
  }
  function* sharedLines(): Iterable<Line> {
    yield* natFirst(sync)
    for (const port of sync.ports) yield* entryRules(sync, sync.plan(port))
    yield* natLast(sync, nodePortIps)
  }
  return {
    table: 'nat',
    declared: () => [...sync.version.natChains, ...sync.ports.flatMap((p) => ownChains(sync.plan(p)))],
    chain(name) {
      if (sync.version.natChains.some((c) => c === name)) {
        shared ??= grouped(sharedLines())
        return shared.get(name) ?? []
      }
      const port = owner.of(name)
      return port === undefined ? undefined : ownOf(port).get(name)
    },
    *lines() {
      yield* natFirst(sync)
      for (const port of sync.ports) {
        const plan = sync.plan(port)
        yield* entryRules(sync, plan)
        yield* ownRules(sync, plan)
      }
      yield* natLast(sync, nodePortIps)
    },
  }
}

/** What kube-proxy writes to the standard input of `iptables-restore --noflush --counters`. Chains are made when asked for. */
export const restoreOf = (sync: Sync, nodePortIps: () => readonly Ip[]): Restore => ({
  tables: [filterTable(sync), natTable(sync, nodePortIps)],
})
