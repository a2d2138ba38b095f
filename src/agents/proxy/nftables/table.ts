import type { NftChain, NftRule, NftSet, NftTable } from '../../../kernel/nft/ast.ts'
import { lazyMap } from '../../../kernel/nft/lazy.ts'
import { asLoaded } from '../../../kernel/nft/load.ts'
import type { Ip } from '../../../net/ip.ts'
import type { Endpoint } from '../endpoints.ts'
import { once } from '../plan.ts'
import type { ServicePort } from '../serviceport.ts'
import { chainKinds, endpointRules, portRules } from './chains.ts'
import { elementsOf } from './elements.ts'
import { fixedRules } from './fixed.ts'
import { affinitySet, type ChainKind, endpointChain, portChain } from './names.ts'
import type { Sync } from './sync.ts'

/** One chain, and how its rules are made. */
export interface Entry {
  readonly name: string
  rules(): readonly NftRule[]
}

/** kube-proxy's table as it stands after a sync. Chains, affinity sets and elements are made when asked for. */
export interface Draft {
  readonly sync: Sync
  /** Sets, then maps, by name. */
  sets(): readonly NftSet[]
  set(name: string): NftSet | undefined
  /** By name. */
  chains(): readonly Entry[]
  chain(name: string): Entry | undefined
}

export const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0

const KINDS: readonly ChainKind[] = ['service', 'local', 'external', 'firewall']

function portEntries(sync: Sync, port: ServicePort): readonly Entry[] {
  const plan = sync.plan(port)
  return [
    ...chainKinds(plan).map((kind): Entry => ({ name: portChain(kind, port), rules: () => portRules(sync, plan, kind) })),
    ...plan.used().reachable.map((e): Entry => ({ name: endpointChain(port, e), rules: () => endpointRules(sync, plan, e) })),
  ]
}

/** The set of the clients that an endpoint has had. */
export const affinityOf = (sync: Sync, port: ServicePort, e: Endpoint): NftSet => ({
  name: affinitySet(port, e),
  kind: 'set',
  type: [sync.table.type],
  flags: ['dynamic', 'timeout'],
  timeout: port.affinity ?? 0,
  more: [],
  elements: [],
  because: sync.because('affinity', [port.service.causeOf('spec.sessionAffinity'), e.because()]),
})

const affinitySets = (sync: Sync, port: ServicePort): readonly NftSet[] =>
  port.affinity === undefined
    ? []
    : sync
        .plan(port)
        .used()
        .reachable.map((e) => affinityOf(sync, port, e))

/** Finds the service port behind the name of a chain or affinity set: `KIND-HASH-NAMESPACE/NAME/PROTO/PORT[__IP/PORT]`. */
function owners(sync: Sync): (name: string) => ServicePort | undefined {
  const byChain = once(() => new Map(sync.ports.map((p) => [portChain('service', p).slice('service-'.length + 9), p])))
  return (name) => {
    const m = /^[a-z]+-[A-Z2-7]{8}-(.*?)(?:__.*)?$/.exec(name)
    return m?.[1] === undefined ? undefined : byChain().get(m[1])
  }
}

/** Sets and maps that are there whatever the Services are, without their elements. */
export const fixedSets = ({ version, nodePorts, table }: Sync): readonly NftSet[] =>
  version.sets
    .filter((s) => s.name !== 'nodeport-ips' || !nodePorts.all)
    .map(({ name, kind, comment, type }) => ({
      ...{ name, kind, type: type.map((t) => (t === 'address' ? table.type : t)) },
      ...(kind === 'map' ? { to: ['verdict'] } : {}),
      ...{ flags: [], more: [], comment, elements: [] },
    }))

export function draftOf(sync: Sync, nodePortIps: () => readonly Ip[]): Draft {
  const fixed = once(() => fixedRules(sync))
  const fixedEntry = (name: string): Entry | undefined => {
    const rules = fixed().get(name)
    return rules && { name, rules: () => rules }
  }
  const shared = new Map<string, NftSet>(
    fixedSets(sync).map((set) => {
      const elements = once(() => elementsOf(sync, set.name, nodePortIps))
      return [
        set.name,
        {
          ...set,
          get elements() {
            return elements()
          },
        },
      ]
    }),
  )
  const owner = owners(sync)
  return {
    sync,
    sets: () => {
      const all = [...shared.values(), ...sync.ports.flatMap((p) => affinitySets(sync, p))].sort(byName)
      return [...all.filter((s) => s.kind === 'set'), ...all.filter((s) => s.kind === 'map')]
    },
    set(name) {
      if (!name.startsWith('affinity-')) return shared.get(name)
      const port = owner(name)
      return port && affinitySets(sync, port).find((s) => s.name === name)
    },
    chains: () =>
      [...[...fixed().keys()].flatMap((n) => fixedEntry(n) ?? []), ...sync.ports.flatMap((p) => portEntries(sync, p))].sort(byName),
    chain(name) {
      if (![...KINDS, 'endpoint'].some((k) => name.startsWith(`${k}-`)) || fixed().has(name)) return fixedEntry(name)
      const port = owner(name)
      return port && portEntries(sync, port).find((e) => e.name === name)
    },
  }
}

/** The table in the kernel's form, as `nft list` shows it. */
export function tableOf(draft: Draft): NftTable {
  const { sync } = draft
  const { version, table } = sync
  const because = sync.because('service-jump', [sync.cluster.proxy.because])
  const loaded = ({ name, rules }: Entry): NftChain => {
    const base = version.bases[name]
    return {
      name,
      ...(base ? { base } : {}),
      ...(name === 'reject-chain' ? { comment: version.texts.rejectChain } : {}),
      rules: rules().map((r) => asLoaded(r, table.family)),
      because,
    }
  }
  // a set that packets add to has a size of its own accord
  const sized = (set: NftSet): NftSet => (set.flags.includes('dynamic') ? { ...set, size: 65535 } : set)
  return {
    family: table.family,
    name: version.table,
    comment: version.comment,
    flags: [],
    objects: [],
    bases: Object.keys(version.bases),
    sets: lazyMap(
      () => draft.sets().map((s) => s.name),
      (name) => {
        const set = draft.set(name)
        return set && sized(set)
      },
    ),
    chains: lazyMap(
      () => draft.chains().map((c) => c.name),
      (name) => {
        const entry = draft.chain(name)
        return entry && loaded(entry)
      },
    ),
  }
}
