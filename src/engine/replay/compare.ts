type Json = unknown

const isObject = (v: Json): v is Record<string, Json> => typeof v === 'object' && v !== null && !Array.isArray(v)
const cut = (v: Json): string => (JSON.stringify(v) ?? 'undefined').slice(0, 300)

/**
 * What the recordings' own replayer leaves out, and no more: conntrack state of the packet (newer kernels only) and the frame's
 * detour over the bridge device right before bridge FORWARD, which depends on a cached header.
 */
export function relax(value: Json): Json {
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value)
        .filter(([k]) => k !== 'ct')
        .map(([k, v]) => [k, relax(v)]),
    )
  if (!Array.isArray(value)) return value
  const kept = value.filter((v, i) => {
    const next: Json = value[i + 1]
    return !(isObject(v) && v.dir === 'tx' && isObject(next) && next.bridge === 'forward')
  })
  return kept.map(relax)
}

/** Ports of repeated probes differ by the number of the repeat. */
export const samePorts = (value: Json): Json => JSON.parse(JSON.stringify(value).replace(/\b400[0-4]\d\b/g, '40001'))

/** Random ports are numbered by appearance. */
export function renumber<T>(value: T): T {
  const names = new Map<string, string>()
  const text = JSON.stringify(value).replace(/\$RND\d+/g, (was) => {
    const name = names.get(was) ?? `$RND${names.size + 1}`
    names.set(was, name)
    return name
  })
  return JSON.parse(text) as T
}

/** Differences, each with its path and both sides; the recording is on the left. */
export function diff(golden: Json, ours: Json, path = '', out: string[] = []): readonly string[] {
  if (isObject(golden) && isObject(ours)) {
    for (const key of [...new Set([...Object.keys(golden), ...Object.keys(ours)])].sort()) {
      if (!(key in golden)) out.push(`${path}.${key}: only in this walk: ${cut(ours[key])}`)
      else if (!(key in ours)) out.push(`${path}.${key}: only in the recording: ${cut(golden[key])}`)
      else diff(golden[key], ours[key], `${path}.${key}`, out)
    }
  } else if (Array.isArray(golden) && Array.isArray(ours)) {
    for (let i = 0; i < Math.max(golden.length, ours.length); i++) {
      if (i >= golden.length) out.push(`${path}[${i}]: only in this walk: ${cut(ours[i])}`)
      else if (i >= ours.length) out.push(`${path}[${i}]: only in the recording: ${cut(golden[i])}`)
      else diff(golden[i], ours[i], `${path}[${i}]`, out)
    }
  } else if (golden !== ours) out.push(`${path}: recorded ${cut(golden)}, this walk ${cut(ours)}`)
  return out
}
