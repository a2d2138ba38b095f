import { type Ip, parseIp } from '../../net/ip.ts'
import type { Blocks } from './blocks.ts'

export const FIXED = 'cni.projectcalico.org/ipAddrs'

/** The plugin's answer to a fixed address: the address, or the error that ends ADD (cni-plugin/pkg/k8s/k8s.go). */
export type Fixed = { readonly ips: readonly Ip[] } | { readonly error: string }

/** Go's own words for text that is no JSON list of strings. */
function listOf(text: string): readonly string[] | string {
  try {
    const json: unknown = JSON.parse(text)
    if (Array.isArray(json) && json.every((one) => typeof one === 'string')) return json
    return Array.isArray(json)
      ? 'json: cannot unmarshal number into Go value of type string'
      : `json: cannot unmarshal ${json === null ? 'null' : typeof json} into Go value of type []string`
  } catch {
    return syntaxError(text.trim())
  }
}

/** encoding/json's words for the mistakes that are made here: quotes left out, or single ones. */
function syntaxError(text: string): string {
  const quoted = (char: string): string => `invalid character '${char === "'" ? "\\'" : char}'`
  if (text === '') return 'unexpected end of JSON input'
  const element = /^\[\s*/.exec(text)?.[0] ?? ''
  const rest = text.slice(element.length)
  const number = /^-?\d+(\.\d+)?/.exec(rest)?.[0]
  if (number === undefined) return `${quoted([...rest][0] ?? '')} looking for beginning of value`
  return `${quoted([...rest.slice(number.length)][0] ?? '')} after ${element === '' ? 'top-level value' : 'array element'}`
}

/** What the annotation asks for, before any address is taken. */
function readFixed(text: string): Fixed {
  const list = listOf(text)
  if (typeof list === 'string')
    return { error: `failed to parse IPs ${text} for annotation "${FIXED}": failed to parse '${text}' as JSON: ${list}` }
  if (list.length === 0) return { error: `annotation "${FIXED}" specified but empty` }
  const ips: Ip[] = []
  for (const one of list) {
    const address = parseIp(one)
    if (address === undefined) return { error: `invalid IP format: ${one}` }
    const six = address.includes(':')
    if (ips.some((other) => other.includes(':') === six))
      return { error: `cannot have more than one IPv${six ? 6 : 4} address for "${FIXED}" annotation` }
    ips.push(address)
  }
  return { ips }
}

/** Takes the asked address for a node. It may lie in a block of another node. */
export function takeFixed(text: string, blocks: Blocks, node: string): Fixed {
  const asked = readFixed(text)
  if ('error' in asked) return asked
  for (const address of asked.ips) {
    const pool = blocks.poolOf(address)
    if (pool === undefined || pool.disabled)
      return { error: 'error getting IP from IPAM: The provided IP address is not in a configured pool' }
    if (blocks.isUsed(address)) return { error: `error getting IP from IPAM: resource already exists: ${address}` }
    blocks.keep(address, node)
  }
  return asked
}
