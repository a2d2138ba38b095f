import { spawnSync } from 'node:child_process'
import { load, loadNft } from '../engine/replay/machines.ts'
import { probe } from '../explain.ts'
import { applyOps, newNetns } from '../kernel/apply.ts'
import { printSave } from '../kernel/iptables/print.ts'
import type { Machines, Netns } from '../kernel/machine.ts'
import { nftLines } from '../kernel/nft/print.ts'
import { emptyNft } from '../kernel/nft/ruleset.ts'
import type { Op } from '../kernel/op.ts'
import { cidr } from '../net/cidr.ts'
import { ip, type Mac } from '../net/ip.ts'
import { worldOf } from './lab.ts'
import { measure } from './measure.ts'
import { cross } from './onenode.ts'
import { ratio, table } from './table.ts'

type Mode = 'iptables' | 'nftables'

const SIZES = [10, 1000, 10_000] as const
const FLOWS = 1000
const CLIENT = '10.244.0.250'

/** Recorded with iptables-nft and nft on kernel 6.18, first packet of a new flow to the last Service, least of four; us. For machines that cannot measure. */
const RECORDED: Readonly<Record<string, readonly number[]>> = { iptables: [3.8, 12.3, 120.8], nftables: [3.2, 3.1, 3.4] }

/** kube-proxy's rules as the node holds them, with UDP for TCP: a new flow is then one packet, in the model and in the kernel. */
function rulesOf(services: number, mode: Mode): { readonly text: readonly string[]; readonly last: string } {
  const world = worldOf({ services, endpoints: 1, proxy: mode, cni: 'none', more: '' })
  const node = world.machines.netns('node-1')
  if (node === undefined) throw new Error('no node-1')
  const lines = mode === 'nftables' ? [...nftLines(node.nft ?? emptyNft())] : [...printSave(node.rules[4])]
  const addresses = world.cluster.services.map((s) => s.spec.clusterIPs[0] ?? '')
  const text = lines.map((line) => line.replaceAll('-p tcp -m tcp', '-p udp -m udp').replaceAll(/\btcp\b/g, 'udp'))
  // the Service that comes last in KUBE-SERVICES: every other one is passed over
  const listed = text.flatMap((line) => /^-A KUBE-SERVICES -d ([\d.]+)\/32 /.exec(line)?.[1] ?? [])
  return { text, last: listed.at(-1) ?? addresses.at(-1) ?? '' }
}

const LINKS: readonly Op[] = [
  { do: 'link', link: { dev: 'in0', kind: 'veth', mac: '02:00:00:00:00:01' as Mac, mtu: 1500, up: true, addrs: [cidr('10.255.0.1/32')] } },
  { do: 'link', link: { dev: 'out0', kind: 'veth', mac: '02:00:00:00:00:02' as Mac, mtu: 1500, up: true, addrs: [] } },
  { do: 'route', route: { dst: cidr(`${CLIENT}/32`), dev: 'in0' } },
  { do: 'route', route: { dst: cidr('10.0.0.0/8'), via: ip('10.255.0.2'), dev: 'out0', onlink: true } },
  { do: 'sysctl', name: 'net/ipv4/ip_forward', value: 1 },
]

/** The node of e2e/kernel/newflow.py with the same text loaded. */
function modelled(mode: Mode, text: readonly string[]): Machines {
  const bare = applyOps(newNetns('node', 'node'), LINKS)
  const node: Netns =
    mode === 'nftables'
      ? { ...bare, nft: loadNft('node', { backend: 'nft', text }) }
      : { ...bare, rules: { ...bare.rules, 4: load('node', { backend: 'iptables-nft', text }) } }
  return { names: ['node'], netns: (name) => (name === 'node' ? node : undefined), wires: [] }
}

/** Microseconds of a new flow's first packet on the kernel of this machine; undefined where it cannot be measured. */
function onThisKernel(mode: Mode, text: readonly string[], dst: string): number | undefined {
  const backend = mode === 'nftables' ? 'nft' : 'iptables'
  const input = JSON.stringify({ backend, text: `${text.join('\n')}\n`, dst, dport: 80, flows: FLOWS })
  const ran = spawnSync('python3', ['e2e/kernel/newflow.py'], { input, encoding: 'utf8' })
  if (ran.error !== undefined || ran.status === 77) return undefined
  if (ran.status !== 0) throw new Error(ran.stderr)
  return (JSON.parse(ran.stdout) as { readonly first_us: number }).first_us
}

function rowOf(mode: Mode, services: number, i: number): readonly string[] {
  const { text, last } = rulesOf(services, mode)
  const crossing = { machines: modelled(mode, text), netns: 'node', dev: 'in0', from: CLIENT, to: last, dport: 80 }
  const ours =
    (measure(
      () => cross(crossing, FLOWS),
      () => undefined,
    ).least /
      FLOWS) *
    1000
  const world = worldOf({ services, endpoints: 1, proxy: mode, more: '' })
  const question = { from: 'node/node-1', to: `tcp://${last}:80`, sport: 40_001 }
  const walk =
    measure(
      () => probe(world, question, { seed: 1 }),
      () => undefined,
    ).least * 1000
  const seen = onThisKernel(mode, text, last)
  const kernel = seen ?? RECORDED[mode]?.[i] ?? Number.NaN
  return [
    mode,
    `${services}`,
    ours.toFixed(1),
    `${kernel.toFixed(1)}${seen === undefined ? ' recorded' : ''}`,
    ratio(ours / kernel),
    walk.toFixed(0),
  ]
}

/** One packet of a new flow through one node's hooks, to the Service that comes last, beside the real kernel with the same rules. */
export function kernel(): string {
  const head = ['new flow to the last Service', 'Services', 'model us', 'kernel us', 'to it', 'whole walk with events us']
  const modes: readonly Mode[] = ['iptables', 'nftables']
  return table(
    head,
    modes.flatMap((mode) => SIZES.map((services, i) => rowOf(mode, services, i))),
  )
}
