import type { NftRule, Statement } from '../../../kernel/nft/ast.ts'
import type { Field } from '../../../kernel/nft/fields.ts'
import type { Cidr } from '../../../net/ip.ts'
import type { Why } from '../../why.ts'
import type { Sync } from './sync.ts'
import { end, hasNoMark, is, isIn, isNew, isNot, jump, lookedUp, marked, one } from './write.ts'

const rule = (sync: Sync, statements: readonly Statement[], why: Why, comment?: string): NftRule => ({
  statements,
  ...(comment === undefined ? {} : { comment }),
  because: sync.because(why, [sync.cluster.proxy.because]),
})

const PORT: readonly Field[] = ['meta l4proto', 'th dport']

/** What is sent to an address of the node that takes node ports: those of a set, or every local one but loopback. */
function toNode(sync: Sync): readonly Statement[] {
  const { daddr } = sync.fields
  if (!sync.nodePorts.all) return [isIn(daddr, 'nodeport-ips')]
  const loopback = sync.family === 4 ? isNot(daddr, { kind: 'net', net: '127.0.0.0/8' as Cidr }) : isNot(daddr, one('::1'))
  return [is('fib daddr type', one('local')), loopback]
}

/** Rules of the chains that do not depend on any Service, chain by chain. */
export function fixedRules(sync: Sync): ReadonlyMap<string, readonly NftRule[]> {
  const { version, mark } = sync
  const destination: readonly Field[] = [sync.fields.daddr, ...PORT]
  const masquerade: Statement = { kind: 'masquerade', flags: ['fully-random'] }
  const reject: Statement = { kind: 'reject' }
  const checks = (from: string): readonly NftRule[] =>
    version.checks.filter(([chain]) => chain === from).map(([, to]) => rule(sync, [isNew, jump(to)], 'service-jump'))
  const nodePort = (map: string): NftRule => rule(sync, [...toNode(sync), lookedUp(PORT, map)], 'node-port')
  const services = (map: string): NftRule => rule(sync, [lookedUp(destination, map)], 'service-jump')
  const jumps: Readonly<Record<string, string>> = {
    'nat-output': 'services',
    'nat-postrouting': 'masquerading',
    'nat-prerouting': 'services',
  }
  return new Map<string, readonly NftRule[]>([
    ...Object.keys(version.bases).map((name): [string, readonly NftRule[]] => {
      const to = jumps[name]
      return [name, to === undefined ? checks(name) : [rule(sync, [jump(to)], 'service-jump')]]
    }),
    ['cluster-ips-check', [rule(sync, [isIn(sync.fields.daddr, 'cluster-ips'), reject], 'cluster-ip', version.texts.invalidPorts)]],
    ['firewall-check', [services('firewall-ips')]],
    ['mark-for-masquerade', [rule(sync, [marked('|', mark)], 'fixed-rule')]],
    [
      'masquerading',
      // The mark is taken off before masquerade: a packet that comes through again, encapsulated, is not masqueraded twice.
      [[hasNoMark(mark), end('return')], [marked('^', mark)], [masquerade]].map((s) => rule(sync, s, 'fixed-rule')),
    ],
    ['nodeport-endpoints-check', [nodePort('no-endpoint-nodeports')]],
    ['reject-chain', [rule(sync, [reject], 'fixed-rule')]],
    ['service-endpoints-check', [services('no-endpoint-services')]],
    ['services', [services('service-ips'), nodePort('service-nodeports')]],
  ])
}
