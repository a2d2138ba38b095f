import { applyOps } from '../kernel/apply.ts'
import { noSets, withIpsets } from '../kernel/ipset/sets.ts'
import type { Virtuals } from '../kernel/ipvs/ast.ts'
import { noVirtuals, withIpvs } from '../kernel/ipvs/table.ts'
import { madeUpMac } from '../kernel/mac.ts'
import type { Netns } from '../kernel/machine.ts'
import type { Op } from '../kernel/op.ts'
import { type IpRule, ownRules } from '../kernel/rules.ts'
import { parseIpRule } from '../kernel/rules-text.ts'
import { hostCidr } from '../net/cidr.ts'
import type { Family, Ip } from '../net/ip.ts'
import type { Dump } from './dump.ts'
import { serversOf, setsOf } from './sets.ts'
import type { LineCause, Source } from './tables.ts'

/** kube-proxy's own device, on which the addresses of Services are local. */
const DEVICE = 'kube-ipvs0'

/** Addresses of virtual servers that no interface has: kube-proxy keeps them on a device of its own. */
function unbound(netns: Netns, virtuals: Virtuals): readonly Ip[] {
  const bound = new Set(netns.links.flatMap((l) => l.addrs.map((a) => a.slice(0, a.indexOf('/')))))
  const names = [...virtuals.values()].flatMap(({ name }) => ('mark' in name ? [] : [name.address]))
  return [...new Set(names)].filter((a) => !bound.has(a))
}

/** What a dump of `ipvsadm` does not show, and every node in this mode has: the device of the addresses, and conntrack for IPVS. */
function aroundIpvs(netns: Netns, virtuals: Virtuals, sources: readonly Source[]): Netns {
  const ops: Op[] = []
  const missing = unbound(netns, virtuals)
  const old = netns.links.find((l) => l.dev === DEVICE)
  if (missing.length > 0 && !sources.some(({ dump }) => dump.links?.links.some((l) => l.dev === DEVICE))) {
    const link = old ?? {
      dev: DEVICE,
      kind: 'dummy',
      mac: madeUpMac(netns.name, DEVICE),
      mtu: 1500,
      up: false,
      addrs: [],
      flags: ['noarp'],
    }
    ops.push({ do: 'link', link: { ...link, addrs: [...link.addrs, ...missing.map(hostCidr)] } as Extract<Op, { do: 'link' }>['link'] })
  }
  const told = sources.some(({ dump }) => dump.sysctls?.some(({ is }) => is.name === 'net/ipv4/vs/conntrack'))
  if (!told) ops.push({ do: 'sysctl', name: 'net/ipv4/vs/conntrack', value: 1 })
  return ops.length === 0 ? netns : applyOps(netns, ops)
}

/** Sets and virtual servers of the dumps, in the place of those that programs made. */
export function withSets(netns: Netns, sources: readonly Source[]): Netns {
  const sets = sources.flatMap(({ dump, because }) => setsOf(dump, because) ?? [])
  const servers = sources.flatMap(({ dump, because }) => serversOf(dump, because) ?? [])
  let now = netns
  if (sets.length > 0)
    now = {
      ...now,
      ipsets: withIpsets(
        noSets,
        sets.flatMap((s) => s.commands),
      ),
    }
  if (servers.length === 0) return now
  const ipvs = withIpvs(
    noVirtuals,
    servers.flatMap((s) => s.commands),
  )
  return aroundIpvs({ ...now, ipvs }, ipvs, sources)
}

/** One line of `ip rule`, or the word in it that is not modelled. */
export const ruleOfLine = (text: string): ReturnType<typeof parseIpRule> =>
  parseIpRule(text, /\b(?:from|to) [0-9a-f]*:[0-9a-f:]*/.test(text) ? 6 : 4)

/** Policy rules of a dump, in the place of those of the same family. */
export function withRules(netns: Netns, dump: Dump, because: LineCause): Netns {
  const pieces = dump.pieces['ip rule'] ?? []
  const rules = pieces.flatMap((piece) =>
    piece.text.split(/\r\n|\r|\n/).flatMap((text, i): readonly IpRule[] => {
      const read = ruleOfLine(text.trim())
      if (!('rule' in read) || read.rule.priority === undefined) return []
      return [{ ...read.rule, priority: read.rule.priority, because: because(piece.line + i) }]
    }),
  )
  if (rules.length === 0) return netns
  const seen = new Set<Family>(rules.map((r) => r.family))
  const before = netns.ipRules ?? [...ownRules(4), ...ownRules(6)]
  return { ...netns, ipRules: [...before.filter((r) => !seen.has(r.family)), ...rules].sort((a, b) => a.priority - b.priority) }
}
