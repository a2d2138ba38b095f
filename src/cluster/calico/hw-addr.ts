import type { Mac } from '../../net/ip.ts'

const HW_ADDR = 'cni.projectcalico.org/hwAddr'

/** Six bytes as Go's net.ParseMAC takes them: `:`, `-`, or dots between pairs of bytes. In lower case with colons. */
export function parseMac(text: string): Mac | undefined {
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$|^([0-9a-f]{2}-){5}[0-9a-f]{2}$|^([0-9a-f]{4}\.){2}[0-9a-f]{4}$/i.test(text)) return undefined
  return text
    .toLowerCase()
    .replaceAll(/[^0-9a-f]/g, '')
    .replaceAll(/(..)(?=.)/g, '$1:') as Mac
}

/** Why the plugin cannot give a Pod the MAC that it asks for (cni-plugin/pkg/dataplane/linux); undefined: it asks for none, or gets it. */
export function macRefused(annotations: Readonly<Record<string, string>>): { readonly key: string; readonly error: string } | undefined {
  const text = annotations[HW_ADDR]
  if (text === undefined) return undefined
  const mac = parseMac(text)
  if (mac === undefined)
    return { key: HW_ADDR, error: `failed to parse MAC address ${text} provided via ${HW_ADDR}: address ${text}: invalid MAC address` }
  const group = (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1
  if (!group && mac !== '00:00:00:00:00:00') return undefined
  return { key: HW_ADDR, error: `failed to set container veth MAC to ${mac} as requested via ${HW_ADDR}: cannot assign requested address` }
}
