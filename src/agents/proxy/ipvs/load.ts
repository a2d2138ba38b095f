import type { SetCommand, SetEntry, SetHead } from '../../../kernel/ipset/ast.ts'
import type { IpvsCommand, Virtual, VirtualName } from '../../../kernel/ipvs/ast.ts'
import type { Op } from '../../../kernel/op.ts'
import type { Family } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { MH_PORT, virtualServers } from './servers.ts'
import type { ProxySet } from './sets.ts'
import type { Sync } from './sync.ts'

function headOf(set: ProxySet, family: Family, because: CauseId): SetHead {
  const { name, type } = set
  if (type === 'bitmap:port') return { name, type, range: ['0', '65535'], kept: [], because }
  return {
    name,
    type,
    family,
    kept: [
      ['hashsize', '1024'],
      ['maxelem', '65536'],
    ],
    because,
  }
}

/** All sets and what they hold, as calls of ipset. */
export function setOp(sync: Sync, sets: readonly ProxySet[]): Op {
  const because = sync.because('service-jump', [sync.cluster.proxy.because])
  const commands = sets.flatMap((set): readonly SetCommand[] => {
    const entries = set.entries.map((e): SetEntry => ({ values: e.text.split(','), because: e.because }))
    return [
      { do: 'create', head: headOf(set, sync.family, because) },
      ...(entries.length === 0 ? [] : [{ do: 'add' as const, set: set.name, entries }]),
    ]
  })
  return { do: 'ipset', commands }
}

/** All virtual servers and what is behind them, as calls of ipvsadm. */
export function serverOp(sync: Sync): Op {
  const commands = virtualServers(sync).flatMap((v): readonly IpvsCommand[] => {
    const name: VirtualName = { proto: v.proto, address: v.address, port: v.port }
    const service: Omit<Virtual, 'dests'> = {
      name,
      scheduler: v.scheduler,
      flags: (v.flags & MH_PORT) === 0 ? [] : ['mh-port'],
      ...(v.timeout === 0 ? {} : { persistent: v.timeout, netmask: sync.family === 4 ? 32 : 128 }),
      because: v.because,
    }
    return [
      { do: 'add-service', service },
      ...v.reals.map(({ address, port, weight, because }): IpvsCommand => {
        return { do: 'add-server', name, dest: { address, port, forward: 'masq', weight, lastWeight: weight, upper: 0, lower: 0, because } }
      }),
    ]
  })
  return { do: 'ipvs', commands }
}
