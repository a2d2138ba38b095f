import { type GoType, typeError } from './go-types.ts'
import { type Conf, isConf, textOf } from './read.ts'

/** Fields of the bridge plugin (plugins/main/bridge/bridge.go, NetConf). */
const FIELDS: Readonly<Record<string, GoType>> = {
  cniVersion: 'string',
  name: 'string',
  type: 'string',
  bridge: 'string',
  isGateway: 'bool',
  isDefaultGateway: 'bool',
  forceAddress: 'bool',
  ipMasq: 'bool',
  mtu: 'int',
  hairpinMode: 'bool',
  promiscMode: 'bool',
  vlan: 'int',
  preserveDefaultVlan: 'bool',
  macspoofchk: 'bool',
  enabledad: 'bool',
}

/** Longest name of a device (IFNAMSIZ, with the byte that ends it). */
export const NAME_MAX = 15
/** What the kernel answers to a longer one. */
export const ERANGE = 'numerical result out of range'
/** Sizes that a bridge and a veth take. */
const [MTU_MIN, MTU_MAX] = [68, 65535]

/** Why the bridge plugin fails before it makes anything, in its own words; undefined: it does not. */
export function bridgeRefuses(plugin: Conf): string | undefined {
  const wrong = typeError(plugin, FIELDS, 'NetConf')
  if (wrong !== undefined) return `failed to load netconf: ${wrong}`
  const { mtu, vlan } = plugin
  if (typeof vlan === 'number' && (vlan < 0 || vlan > 4094)) return `invalid VLAN ID ${vlan} (must be between 0 and 4094)`
  if (plugin['hairpinMode'] === true && plugin['promiscMode'] === true)
    return 'cannot set hairpin mode and promiscuous mode at the same time'
  const name = typeof plugin['bridge'] === 'string' ? plugin['bridge'] : 'cni0'
  const failed = (why: string): string => `failed to create bridge "${name}": could not add "${name}": ${why}`
  if (name === '') return failed('LinkAttrs.Name cannot be empty')
  if (name.length > NAME_MAX) return failed(ERANGE)
  if (/[/:\s]|^\.\.?$/.test(name)) return failed('invalid argument')
  // one of 0 or below is left to the kernel (vishvananda/netlink, LinkAdd)
  return typeof mtu === 'number' && mtu > 0 && (mtu < MTU_MIN || mtu > MTU_MAX) ? failed('invalid argument') : undefined
}

/** What a list asks of the bridge plugin by flannel's that is written as if it did not. */
export function delegateUnread(plugin: Conf): readonly string[] {
  const given = isConf(plugin['delegate']) ? plugin['delegate'] : {}
  const type = textOf(given['type'])
  if (type !== '' && type !== 'bridge') return [`delegate type ${type}`]
  return [
    ...(given['isDefaultGateway'] === true ? [] : ['isDefaultGateway false']),
    ...(given['isGateway'] === false ? ['isGateway false'] : []),
    ...['ipMasq', 'vlan', 'vlanTrunk', 'macspoofchk', 'portIsolation', 'promiscMode', 'ipam'].filter(
      (key) => given[key] !== undefined && given[key] !== false && given[key] !== 0,
    ),
  ]
}
