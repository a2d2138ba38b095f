import type { DnsRecord } from '../../net/message.ts'
import type { Process } from '../process.ts'
import { reply } from './message.ts'
import { bytesOver, cutForUdp } from './size.ts'
import { findInTable } from './table.ts'

/** A resolver out in the world, as far as the lab knows the world: a table. Everything that is no DNS question goes to `rest`. */
export function resolverServer(name: string, records: readonly DnsRecord[], rest: Process): Process {
  return {
    name,
    start: rest.start,
    on(state, h) {
      if (h.kind !== 'data' || h.message?.kind !== 'dns' || h.message.response) return rest.on(state, h)
      const whole = reply(h.message, findInTable(h.message, records))
      const message = h.proto === 'tcp' ? whole : cutForUdp(whole)
      const size = bytesOver(h.proto === 'tcp' ? 'tcp' : 'udp', message)
      return {
        state,
        acts: [
          { act: 'note', what: 'answers', plugins: [], message },
          { act: 'send', conn: h.conn, message, size },
        ],
      }
    },
  }
}
