/** Names as labels. Everywhere in the engine an absolute name ends with a dot. */
export const absolute = (name: string): string => (name.endsWith('.') ? name : `${name}.`)

/** DNS compares names without case (RFC 1035, 2.3.3); ASCII only. */
export const lower = (name: string): string => name.replace(/[A-Z]/g, (c) => c.toLowerCase())
export const sameName = (a: string, b: string): boolean => lower(a) === lower(b)

/** Labels of an absolute name, first label first; the root has none. */
export const labelsOf = (name: string): readonly string[] => (name === '.' ? [] : name.slice(0, -1).split('.'))

/** Whether the name is the zone itself or lies below it. Both are absolute. */
export function inZone(name: string, zone: string): boolean {
  if (zone === '.') return true
  const [n, z] = [lower(name), lower(zone)]
  return n === z || n.endsWith(`.${z}`)
}

/** The longest of the zones that holds the name, as plugin.Zones.Matches finds it (coredns plugin/plugin.go). */
export function longestZone(name: string, zones: readonly string[]): string | undefined {
  let best: string | undefined
  for (const zone of zones) if (inZone(name, zone) && (best === undefined || zone.length > best.length)) best = zone
  return best
}

/** Labels at most 63 octets, the whole at most 255 on the wire, no empty label (RFC 1035, 2.3.4). */
export function sendable(name: string): boolean {
  return name.length <= 254 && labelsOf(name).every((label) => label.length >= 1 && label.length <= 63)
}
