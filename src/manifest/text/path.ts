/** Steps from an object to one of its fields: keys and list indices. */
export type Path = readonly (string | number)[]

const STEP = /\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\[([^\]]*)\]|\.?([^.[\]]+)/y

/**
 * Reads `spec.ports[0].port`, `data["config.conf"]` and the API server's own `metadata.annotations[a.b/c]`.
 * What cannot be read ends the path there: the place of its parent is still right.
 */
export function parsePath(text: string): Path {
  const path: (string | number)[] = []
  STEP.lastIndex = 0
  while (STEP.lastIndex < text.length) {
    const m = STEP.exec(text)
    if (!m) break
    if (m[1] !== undefined) path.push(Number(m[1]))
    else if (m[2] !== undefined) path.push(m[2].replace(/\\(.)/g, '$1'))
    else path.push((m[3] ?? m[4]) as string)
  }
  return path
}

/** The text of a path, as parsePath reads it. */
export function pathText(path: Path): string {
  let text = ''
  for (const step of path) text = under(text, step)
  return text
}

/** The text of a field's path one step below another. */
export function under(parent: string, step: string | number): string {
  if (typeof step === 'number') return `${parent}[${step}]`
  if (!/^[^.[\]"\\]+$/.test(step)) return `${parent}["${step.replace(/["\\]/g, '\\$&')}"]`
  return parent === '' ? step : `${parent}.${step}`
}
