import type { Frame } from '../../../../kernel/bpf/ast.ts'
import type { Ip } from '../../../../net/ip.ts'
import { SNAT } from '../maps.ts'
import { type Ends, endsText } from './ctx.ts'

/** Ports that the programs take for translated sources (NODEPORT_PORT_MIN_NAT, _MAX_NAT). */
const PORTS: readonly [number, number] = [32768, 65535]

const outKey = (e: Ends): string => `OUT ${endsText(e)}`
/** An answer as it comes in. */
const inKey = (e: Ends): string => `IN ${endsText(e)}`

/** snat_v4_nat: another source, noted both ways; a port inside the range is kept while nobody has it. */
export function snat(frame: Frame, e: Ends, address: Ip): void {
  const known = frame.find(SNAT, outKey(e))
  const to = known ?? { address, port: freePort(frame, e, address) }
  if (known === undefined) {
    frame.put(SNAT, outKey(e), to)
    frame.put(SNAT, inKey({ ...e, src: e.dst, sport: e.dport, dst: to.address, dport: to.port }), { address: e.src, port: e.sport })
  }
  frame.rewrite('src', to, false)
}

function freePort(frame: Frame, e: Ends, address: Ip): number {
  const draw = (round: number): number =>
    round === 0 && e.sport >= PORTS[0] ? e.sport : frame.luck.number(`cilium snat ${frame.netns.name} ${endsText(e)} ${round}`, ...PORTS)
  for (let round = 0; round < 32; round++) {
    const port = draw(round)
    if (frame.find(SNAT, inKey({ ...e, src: e.dst, sport: e.dport, dst: address, dport: port })) === undefined) return port
  }
  return draw(32)
}

/** snat_v4_rev_nat: an answer to a translated source goes on to the real one. True: it was one. */
export function unsnat(frame: Frame, e: Ends): boolean {
  const real = frame.find(SNAT, inKey(e))
  if (real === undefined) return false
  frame.rewrite('dst', real, true)
  return true
}
