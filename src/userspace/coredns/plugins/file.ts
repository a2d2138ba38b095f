import { longestZone } from '../../dns/name.ts'
import { answer, argErr, type Plugin, type SetUp } from '../chain.ts'
import { type Fall, fallOf, falls, NO_FALL } from '../fall.ts'
import { pathFrom } from '../home.ts'
import { zonesOf } from '../keys.ts'
import { parseZone } from '../zonefile.ts'
import { lookupZone, type Zone } from './file-lookup.ts'

/** `file DBFILE [ZONES…]`: zones of files that the container has (plugin/file). A file that is not there is tried again each minute; until then SERVFAIL. */
export const file: Plugin = {
  name: 'file',
  setup(lines, { zones: blockZones, home }): SetUp {
    const zones: Zone[] = []
    let fall: Fall = NO_FALL
    for (const d of lines) {
      const [path, ...named] = d.args
      if (path === undefined) return argErr('file', d)
      for (const line of d.block) {
        const [property = '', ...args] = line.words
        if (property === 'fallthrough') fall = fallOf(args)
        else if (property === 'reload') {
          if (args.length < 1) return { error: 'reload duration value is expected' }
        } else if (property !== 'upstream' && property !== 'reload_by_mtime') return { error: `unknown property '${property}'`, at: line }
      }
      const whole = pathFrom(home.corefile, path)
      for (const origin of named.length > 0 ? named.flatMap(zonesOf) : blockZones) {
        const read = parseZone(home.files[whole] ?? '', origin)
        if ('unmodelled' in read) return read
        if ('error' in read) return { error: `${read.error} at line: ${read.line}` }
        if (home.files[whole] !== undefined && !read.records.some((r) => r.type === 'SOA'))
          return { error: `file "${path}" has no SOA record for origin ${origin}` }
        zones.push({ origin, records: read.records })
      }
    }
    const origins = zones.map((z) => z.origin)
    return {
      handler: (query, next, run) => {
        const origin = longestZone(query.name, origins)
        const zone = zones.find((z) => z.origin === origin)
        if (!zone) return next(query)
        const found = lookupZone(zone, query, run.lookup)
        if ('kind' in found) return found
        return found.rcode === 'NXDOMAIN' && falls(fall, query.name) ? next(query) : answer(found)
      },
    }
  },
}
