import type { Call, Part, Target } from '../../../kernel/iptables/ast.ts'
import type { CauseId } from '../../../trace/cause.ts'
import type { TableName } from '../../../trace/event.ts'
import { ACCEPT, clear, isClear, isSet, SCRATCH0, set } from '../../policy/felix/marks.ts'
import type { FelixRule } from './long-form.ts'
import { setName, written } from './names.ts'
import { ipvsChains, ipvsInput, ipvsOutput, ipvsPostrouting } from './static-ipvs.ts'
import { accept, inSet, proto, type StaticConfig, tunnelInput, tunnelOutput } from './static-tunnels.ts'
import { VXLAN_DEVICE } from './tunnels.ts'

/** Chains of one table by name, and the jumps that Felix inserts at the head of the kernel's chains or appends to them. */
interface Table {
  readonly table: TableName
  readonly chains: readonly (readonly [name: string, rules: readonly FelixRule[]])[]
  readonly inserts: readonly (readonly [kernel: string, rule: FelixRule])[]
  readonly appends: readonly (readonly [kernel: string, rules: readonly FelixRule[]])[]
}

/** All bits of Felix but the one for drops. */
const ALL = 0x1b0000
const jump = (chain: string): Target => ({ kind: 'jump', chain })
const to = (chain: string): FelixRule => ({ action: jump(chain) })
const established: Part = { part: 'match', match: { kind: 'conntrack', states: ['RELATED', 'ESTABLISHED'] } }
const accepted: FelixRule = { match: [isSet(ACCEPT)], action: accept }
const hostAccepted = (action: Target): FelixRule => ({
  comments: ['Host endpoint policy accepted packet.'],
  match: [isSet(ACCEPT)],
  action,
})
const fromPods: Part = { part: 'in', dev: 'cali+' }
const toPods: Part = { part: 'out', dev: 'cali+' }

/** felix/rules/static.go, StaticRawTableChains: no conntrack for outer packets, and no Pod may send from another's address. */
function raw({ vxlan, vxlanPort }: StaticConfig): Table {
  const port: Part = { part: 'dport', ports: { from: vxlanPort, to: vxlanPort } }
  const untracked: readonly FelixRule[] = vxlan ? [{ match: [proto('udp'), port], action: { kind: 'notrack' } }] : []
  const spoofed: Part = { part: 'match', match: { kind: 'rpfilter', validmark: true, not: true } }
  return {
    table: 'raw',
    chains: [
      ['cali-from-host-endpoint', []],
      ['cali-rpf-skip', []],
      ['cali-to-host-endpoint', []],
      [
        'cali-PREROUTING',
        [
          { action: clear(ALL) },
          ...untracked,
          { match: [fromPods], action: set(SCRATCH0) },
          { match: [isSet(SCRATCH0)], action: jump('cali-rpf-skip') },
          { match: [isSet(SCRATCH0), spoofed], action: { kind: 'drop' } },
          { match: [isClear(SCRATCH0)], action: jump('cali-from-host-endpoint') },
          accepted,
        ],
      ],
      ['cali-OUTPUT', [{ action: clear(ALL) }, to('cali-to-host-endpoint'), ...untracked, accepted]],
    ],
    inserts: [
      ['PREROUTING', to('cali-PREROUTING')],
      ['OUTPUT', to('cali-OUTPUT')],
    ],
    appends: [],
  }
}

const mangle = ({ ipvs }: StaticConfig): Table => ({
  table: 'mangle',
  chains: [
    ['cali-from-host-endpoint', []],
    ['cali-to-host-endpoint', []],
    ['cali-PREROUTING', [{ match: [established], action: accept }, accepted, to('cali-from-host-endpoint'), hostAccepted(accept)]],
    [
      'cali-POSTROUTING',
      [
        { match: [isSet(ACCEPT)], action: { kind: 'return' } },
        ...(ipvs ? ipvsPostrouting : []),
        { action: clear(ALL) },
        { match: [{ part: 'match', match: { kind: 'conntrack', states: ['DNAT'] } }], action: jump('cali-to-host-endpoint') },
        hostAccepted({ kind: 'return' }),
      ],
    ],
  ],
  inserts: [
    ['PREROUTING', to('cali-PREROUTING')],
    ['POSTROUTING', to('cali-POSTROUTING')],
  ],
  appends: [],
})

/** felix/rules/nat.go. The jump out of POSTROUTING is appended since v3.29: kube-proxy masquerades first. */
function nat({ family, ipip, vxlan, natOutgoing, hostsExcluded, randomFully }: StaticConfig): Table {
  const hide: Target = { kind: 'masquerade', ...(randomFully ? { randomFully: true } : {}) }
  const tunnel = (dev: string): FelixRule => ({
    match: [
      { part: 'out', dev },
      { part: 'match', match: { kind: 'addrtype', src: 'LOCAL', notSrc: true, limitOut: true } },
      { part: 'match', match: { kind: 'addrtype', src: 'LOCAL' } },
    ],
    action: hide,
  })
  const outgoing: FelixRule = {
    match: [
      inSet(setName('masq-ipam-pools', family), 'src'),
      inSet(setName('all-ipam-pools', family), 'dst', true),
      ...(hostsExcluded ? [inSet(setName('all-hosts-net', family), 'dst', true)] : []),
    ],
    action: hide,
  }
  return {
    table: 'nat',
    chains: [
      ['cali-fip-dnat', []],
      ['cali-fip-snat', []],
      ['cali-nat-outgoing', natOutgoing ? [outgoing] : []],
      ['cali-PREROUTING', [to('cali-fip-dnat')]],
      ['cali-OUTPUT', [to('cali-fip-dnat')]],
      [
        'cali-POSTROUTING',
        [
          to('cali-fip-snat'),
          to('cali-nat-outgoing'),
          ...(ipip ? [tunnel('tunl0')] : []),
          ...(vxlan ? [tunnel(VXLAN_DEVICE[family])] : []),
        ],
      ],
    ],
    inserts: [
      ['PREROUTING', to('cali-PREROUTING')],
      ['OUTPUT', to('cali-OUTPUT')],
    ],
    appends: [['POSTROUTING', [to('cali-POSTROUTING')]]],
  }
}

/** What a Pod needs to speak IPv6 with its node at all: listeners (130 to 132), router solicitation, neighbour discovery (ICMPv6Filter). */
const NEIGHBOURS: readonly FelixRule[] = [130, 131, 132, 133, 135, 136].map((type) => ({
  match: [proto('58'), { part: 'match', match: { kind: 'icmp', v6: true, type } }],
  action: accept,
}))

/** felix/rules/static.go, StaticFilterTableChains. The dispatch chains and what hangs on them are written with the Pods. */
function filter(config: StaticConfig): Table {
  const notNat: Part = { part: 'match', match: { kind: 'conntrack', states: ['DNAT'], not: true } }
  const toHost = config.toHost.toLowerCase() as 'accept' | 'drop' | 'return'
  return {
    table: 'filter',
    chains: [
      ['cali-cidr-block', []],
      ['cali-from-hep-forward', []],
      ['cali-from-host-endpoint', []],
      ['cali-to-hep-forward', []],
      ['cali-to-host-endpoint', []],
      ...(config.ipvs ? ipvsChains(config.family) : []),
      [
        'cali-wl-to-host',
        [
          ...(config.family === 6 ? NEIGHBOURS : []),
          to('cali-from-wl-dispatch'),
          { comments: ['Configured DefaultEndpointToHostAction'], action: { kind: toHost } },
        ],
      ],
      [
        'cali-FORWARD',
        [
          { action: clear(ALL & ~ACCEPT) },
          { match: [isClear(ACCEPT)], action: jump('cali-from-hep-forward') },
          { match: [fromPods], action: jump('cali-from-wl-dispatch') },
          { match: [toPods], action: jump('cali-to-wl-dispatch') },
          to('cali-to-hep-forward'),
          to('cali-cidr-block'),
        ],
      ],
      [
        'cali-INPUT',
        [
          ...tunnelInput(config),
          ...(config.ipvs ? ipvsInput : []),
          { match: [fromPods], action: { kind: 'goto', chain: 'cali-wl-to-host' } },
          accepted,
          { action: clear(ALL) },
          to('cali-from-host-endpoint'),
          hostAccepted(accept),
        ],
      ],
      [
        'cali-OUTPUT',
        [
          accepted,
          ...(config.ipvs ? ipvsOutput : []),
          { match: [toPods], action: { kind: 'return' } },
          ...tunnelOutput(config),
          { action: clear(ALL) },
          { match: [notNat], action: jump('cali-to-host-endpoint') },
          hostAccepted(accept),
        ],
      ],
    ],
    inserts: [
      ['INPUT', to('cali-INPUT')],
      ['FORWARD', to('cali-FORWARD')],
      ['OUTPUT', to('cali-OUTPUT')],
    ],
    appends: [
      ['FORWARD', [{ comments: ['Policy explicitly accepted packet.'], match: [isSet(ACCEPT)], action: accept }, { action: set(ACCEPT) }]],
    ],
  }
}

function callsOf({ table, chains, inserts, appends }: Table, because: CauseId): readonly Call[] {
  const calls: Call[] = chains.map(([chain]) => ({ call: '-N', table, chain }))
  for (const [chain, rules] of chains) for (const rule of written(chain, rules, because)) calls.push({ call: '-A', table, chain, rule })
  for (const [chain, rule] of inserts)
    for (const one of written(chain, [rule], because)) calls.push({ call: '-I', table, chain, rule: one })
  // the id is reckoned for the name with its ending, the rule stands in the kernel's chain
  for (const [chain, rules] of appends)
    for (const rule of written(`${chain}*appends*`, rules, because)) calls.push({ call: '-A', table, chain, rule })
  return calls
}

/** The chains that Felix v3.32 has on every node for a family. They come after those of the Pods, to which they jump. */
export const staticCalls = (config: StaticConfig): readonly Call[] => [
  ...callsOf(raw(config), config.because),
  ...callsOf(mangle(config), config.because),
  ...callsOf(nat(config), config.masquerade),
  ...callsOf(filter(config), config.because),
]
