import { printWritten } from '../../../kernel/iptables/print.ts'
import { writtenProbability, writtenString } from '../../../kernel/iptables/print-words.ts'
import type { Ip } from '../../../net/ip.ts'
import { fraction } from '../../../trace/luck.ts'
import type { Endpoint } from '../endpoints.ts'
import { keeping } from '../kept.ts'
import type { Plan } from '../plan.ts'
import type { ServicePort } from '../serviceport.ts'
import { externalRules, firewallRules, masqueradeRules } from './chains.ts'
import { entryRules, filterRules } from './entry.ts'
import { freshEndpointChain, serviceChain } from './names.ts'
import { filterChains, filterFirst, filterLast, natFirst, natLast } from './restore.ts'
import { type Line, type Sync, usesFirewall } from './sync.ts'

// The text that goes to `iptables-restore`. Nine of ten lines are those of endpoints: they are written here straight from their template.
// The rules themselves are chains.ts'; a test compares line by line.

/** What one service port adds: whole lines without the last line's end; '' for none. */
interface PortText {
  readonly filter: string
  /** Of the nat table. */
  readonly declared: string
  readonly lines: string
}

const declaration = (chain: string): string => `:${chain} - [0:0]`
const printed = (lines: readonly Line[]): readonly string[] => lines.map(([chain, rule]) => printWritten(chain, rule))

/** ` --probability 0.3333333333` for the first of three; '' for the last. */
const chances: string[] = ['', '']
function chance(left: number): string {
  for (let n = chances.length; n <= left; n++) {
    chances.push(` -m statistic --mode random --probability ${writtenProbability(fraction(1, n))}`)
  }
  return chances[left] as string
}

/** As choiceRules. `named`: the endpoints' chains. */
function choiceLines(
  sync: Sync,
  port: ServicePort,
  chain: string,
  endpoints: readonly Endpoint[],
  named: ReadonlyMap<Endpoint, string>,
): string[] {
  const comments = sync.endpointComments()
  const text = (e: Endpoint): string =>
    comments ? ` -m comment --comment ${writtenString(sync.version.texts.endpoint(port.name, e.text), false)}` : ''
  const out: string[] = []
  if (port.affinity !== undefined) {
    for (const e of endpoints) {
      const to = named.get(e) as string
      out.push(`-A ${chain}${text(e)} -m recent --name ${to} --rcheck --seconds ${port.affinity} --reap -j ${to}`)
    }
  }
  for (let i = 0; i < endpoints.length; i++) {
    const e = endpoints[i] as Endpoint
    out.push(`-A ${chain}${text(e)}${chance(endpoints.length - i)} -j ${named.get(e)}`)
  }
  return out
}

/** As endpointRules. */
function endpointLines(sync: Sync, port: ServicePort, e: Endpoint, chain: string): string {
  const text = sync.endpointComments() ? ` -m comment --comment ${writtenString(port.name, false)}` : ''
  const remember = port.affinity === undefined ? '' : ` -m recent --name ${chain} --set`
  return `-A ${chain}${text} -s ${e.ip} -j KUBE-MARK-MASQ
-A ${chain}${text}${remember} -m ${port.proto} -p ${port.proto} -j DNAT --to-destination ${e.text}`
}

function portText(sync: Sync, plan: Plan): PortText {
  const { port } = plan
  const used = plan.used()
  const named = new Map(used.reachable.map((e) => [e, freshEndpointChain(port, e.text)]))
  const declared = [
    ...(plan.usesExternal ? [serviceChain('EXT', port)] : []),
    ...(usesFirewall(plan) ? [serviceChain('FW', port)] : []),
    ...(used.cluster.length > 0 ? [serviceChain('SVC', port)] : []),
    ...(used.local.length > 0 ? [serviceChain('SVL', port)] : []),
    ...named.values(),
  ]
  const lines = [
    ...printed(entryRules(sync, plan)),
    ...printed(masqueradeRules(sync, plan)),
    ...printed(externalRules(sync, plan)),
    ...printed(firewallRules(sync, plan)),
    ...choiceLines(sync, port, serviceChain('SVC', port), used.cluster, named),
    ...choiceLines(sync, port, serviceChain('SVL', port), used.local, named),
    ...used.reachable.map((e) => endpointLines(sync, port, e, named.get(e) as string)),
  ]
  return {
    filter: printed(filterRules(sync, plan)).join('\n'),
    declared: declared.map(declaration).join('\n'),
    lines: lines.join('\n'),
  }
}

/** The text for one address family; a piece is one line or more. What a Service came to is kept for the next sync. */
export function* restoreText(sync: Sync, nodePortIps: () => readonly Ip[]): Generator<string> {
  const keep = keeping<PortText>(sync, 'iptables', sync.masqueradeAll, sync.endpointComments())
  const texts = sync.ports.map((port) => keep.of(port, () => portText(sync, sync.plan(port))))
  keep.done()
  yield '*filter'
  yield* filterChains(sync).map(declaration)
  yield* printed(filterFirst(sync))
  for (const { filter } of texts) if (filter !== '') yield filter
  yield* printed(filterLast(sync))
  yield 'COMMIT'
  yield '*nat'
  yield* sync.version.natChains.map(declaration)
  for (const { declared } of texts) if (declared !== '') yield declared
  yield* printed(natFirst(sync))
  for (const { lines } of texts) if (lines !== '') yield lines
  yield* printed(natLast(sync, nodePortIps))
  yield 'COMMIT'
}
