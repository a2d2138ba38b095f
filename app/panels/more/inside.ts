import type { Layer } from '../packet.ts'

/** A tunnel around the inner part of a packet: its name, and where what it carries begins in the list of headers. */
export interface Inside {
  readonly tunnel: string
  readonly from: number
}

/** What a packet's headers carry inside a tunnel; undefined: they are nested in none. */
export function insideOf(layers: readonly Layer[]): Inside | undefined {
  for (const [i, { title, fields }] of layers.entries()) {
    if (title === 'VXLAN') {
      const vni = fields.find((f) => f.name === 'vni')
      return { tunnel: `VXLAN ${vni?.after ?? vni?.before ?? ''}`.trim(), from: i + 1 }
    }
    if (title.startsWith('IPv') && layers[i - 1]?.title.startsWith('IPv') === true) return { tunnel: 'IPIP', from: i }
  }
  return undefined
}
