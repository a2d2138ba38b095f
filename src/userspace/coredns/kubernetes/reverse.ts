import type { Ip } from '../../../net/ip.ts'
import type { DnsRecord } from '../../../net/message.ts'
import type { CauseId } from '../../../trace/cause.ts'
import type { ChainRun, Query } from '../chain.ts'
import { endpointLabel, exposed } from './find.ts'
import type { Options } from './setup.ts'

/** PTR records of an address (plugin/kubernetes/reverse.go): the Service whose ClusterIP it is, else every ready endpoint that has it. */
export function pointers(
  query: Query,
  address: Ip,
  o: Options,
  run: ChainRun,
): { readonly records: readonly DnsRecord[]; readonly because?: CauseId } {
  const { view } = run
  const ptr = (rdata: string): DnsRecord => ({ name: query.name, ttl: o.ttl, type: 'PTR', rdata: `${rdata}.${o.primary}` })
  const service = view.servicesAt(address).find((s) => exposed(view, o, s.namespace))
  if (service) return { records: [ptr(`${service.name}.${service.namespace}.svc`)], because: service.because }
  const ends = view.endpointsAt(address).filter((e) => e.ready && exposed(view, o, e.namespace))
  const names = [...new Set(ends.map((e) => `${endpointLabel(e, address, o)}.${e.service}.${e.namespace}.svc`))]
  return { records: names.map(ptr), ...(ends[0] ? { because: ends[0].because } : {}) }
}
