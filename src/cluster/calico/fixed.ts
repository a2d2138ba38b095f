import { type Ip, parseIp } from '../../net/ip.ts'
import type { Blocks } from './blocks.ts'

const FIXED = 'cni.projectcalico.org/ipAddrs'
const NO_IPAM = 'cni.projectcalico.org/ipAddrsNoIpam'

/** The plugin's answer to a fixed address: the address, or the error that ends ADD (cni-plugin/pkg/k8s/k8s.go). */
type Fixed = { readonly ips: readonly Ip[] } | { readonly error: string }

/** Go's own words for text that is no JSON list of strings. */
export function listOf(text: string): readonly string[] | string {
  try {
    const json: unknown = JSON.parse(text)
    if (Array.isArray(json) && json.every((one) => typeof one === 'string')) return json
    // Go takes null for a list of nothing
    if (json === null) return []
    return Array.isArray(json)
      ? 'json: cannot unmarshal number into Go value of type string'
      : `json: cannot unmarshal ${typeof json === 'boolean' ? 'bool' : typeof json} into Go value of type []string`
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

/** The annotation that fixes a Pod's address; undefined: it has none. */
export const fixedBy = (annotations: Readonly<Record<string, string>>): string | undefined =>
  [FIXED, NO_IPAM].find((key) => (annotations[key] ?? '') !== '')

/** Takes the asked addresses for a node, when all that was asked can be read. */
export function takeFixed(
  annotations: Readonly<Record<string, string>>,
  blocks: Blocks,
  node: string,
): readonly Ip[] | { readonly error: string } {
  const fixed = annotations[FIXED] ?? ''
  if ((annotations[NO_IPAM] ?? '') !== '') {
    const both = "can't have both annotations: 'ipAddrs' and 'ipAddrsNoIpam' in use at the same time"
    return { error: fixed === '' ? 'requested feature is not enabled: ip_addrs_no_ipam' : both }
  }
  const asked = readFixed(fixed)
  if ('error' in asked) return asked
  for (const address of asked.ips) {
    const taken = blocks.assign(address, node)
    if ('error' in taken) return { error: `error getting IP from IPAM: ${taken.error}` }
  }
  return asked.ips
}
