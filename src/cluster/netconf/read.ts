import { jsonError } from './go-json.ts'

/** A JSON object, as a plugin gets it. */
export type Conf = Readonly<Record<string, unknown>>

/** A file of /etc/cni/net.d as libcni reads it. */
export interface NetConf {
  readonly file: string
  readonly name: string
  /** '' where the file names none: plugins then speak 0.1.0 (libcni, version.ParseVersion). */
  readonly cniVersion: string
  readonly plugins: readonly Conf[]
}

export const isConf = (value: unknown): value is Conf => typeof value === 'object' && value !== null && !Array.isArray(value)
export const conf = (value: unknown): Conf => (isConf(value) ? value : {})
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Go's names for what stands where something else belongs (%T). */
const goType = (value: unknown): string => {
  if (Array.isArray(value)) return '[]interface {}'
  return { string: 'string', number: 'float64', boolean: 'bool', object: 'map[string]interface {}' }[typeof value as string] ?? '<nil>'
}

const LIST = 'error parsing configuration list'

function listOf(file: string, text: string): NetConf | { readonly error: string } {
  const error = jsonError(text)
  if (error !== undefined) return { error: `${LIST}: ${error}` }
  const json: unknown = JSON.parse(text)
  if (!isConf(json))
    return {
      error: `${LIST}: json: cannot unmarshal ${Array.isArray(json) ? 'array' : typeof json} into Go value of type map[string]interface {}`,
    }
  const { name, cniVersion, plugins } = json
  if (name === undefined) return { error: `${LIST}: no name` }
  if (typeof name !== 'string') return { error: `${LIST}: invalid name type ${goType(name)}` }
  if (cniVersion !== undefined && typeof cniVersion !== 'string') return { error: `${LIST}: invalid cniVersion type ${goType(cniVersion)}` }
  if (plugins === undefined) return { error: `${LIST}: no 'plugins' key` }
  if (!Array.isArray(plugins)) return { error: `${LIST}: invalid 'plugins' type ${goType(plugins)}` }
  if (plugins.length === 0) return { error: `${LIST}: no plugins in list` }
  const untyped = plugins.findIndex((one) => textOf(conf(one)['type']) === '')
  if (untyped >= 0) return { error: `${LIST}: failed to parse plugin config ${untyped}: error parsing configuration: missing 'type'` }
  return { file, name, cniVersion: textOf(cniVersion), plugins: plugins.map(conf) }
}

/**
 * Reads one file as containerd does (go-cni, loadFromConfDir; libcni, ConfListFromBytes), with its own words for what is wrong. A
 * `.conf` or `.json` holds one plugin, a `.conflist` a list.
 */
export function readNetConf(file: string, text: string): NetConf | { readonly error: string } {
  const path = `/etc/cni/net.d/${file}`
  if (file.endsWith('.conflist')) {
    const read = listOf(file, text)
    return 'error' in read ? { error: `failed to load CNI config list file ${path}: ${read.error}` } : read
  }
  const error = jsonError(text)
  if (error !== undefined) return { error: `failed to load CNI config file ${path}: error parsing configuration: ${error}` }
  const one = conf(JSON.parse(text))
  if (textOf(one['type']) === '') return { error: `failed to load CNI config file ${path}: error parsing configuration: missing 'type'` }
  return { file, name: textOf(one['name']), cniVersion: textOf(one['cniVersion']), plugins: [one] }
}
