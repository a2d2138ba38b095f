import { FLANNEL_FIELD, type FlannelNet } from '../config/flannel.ts'
import { report, type Settling } from '../settling.ts'
import { ERANGE, NAME_MAX } from './bridge-fields.ts'
import { type GoType, typeError } from './go-types.ts'
import { type Conf, conf, isConf } from './read.ts'

const TOP: Readonly<Record<string, GoType>> = { EnableIPv4: 'bool', EnableIPv6: 'bool', EnableNFTables: 'bool' }
/** Of all backends that are modelled (pkg/backend/vxlan/vxlan.go, ipip/ipip.go). */
const BACKEND: Readonly<Record<string, GoType>> = {
  Type: 'string',
  VNI: 'int',
  Port: 'int',
  MTU: 'int',
  GBP: 'bool',
  Learning: 'bool',
  DirectRouting: 'bool',
}
/** Numbers that a VXLAN may have: 24 bits. */
const VNI_END = 2 ** 24
const PORT_END = 2 ** 16

/** Why flanneld does not start, in its own words; undefined: it does. */
function refuses(json: Conf, { backend: type, ipv6Network }: FlannelNet): string | undefined {
  const top = typeError(json, TOP, 'Config')
  if (top !== undefined) return `error parsing subnet config: ${top}`
  if (json['Backend'] !== undefined && !isConf(json['Backend']))
    return `error parsing subnet config: error decoding Backend property of config: json: cannot unmarshal ${Array.isArray(json['Backend']) ? 'array' : typeof json['Backend']} into Go value of type struct { Type string }`
  const backend = conf(json['Backend'])
  const wrong = typeError(backend, BACKEND, '')
  if (wrong !== undefined) return `Error registering network: error decoding ${type.toUpperCase()} backend config: ${wrong}`
  if (type !== 'vxlan') return undefined
  const { VNI: vni = 1, Port: port = 0 } = backend as { readonly VNI?: number; readonly Port?: number }
  const six = ipv6Network !== undefined && json['EnableIPv6'] === true
  const name = `${six ? 'flannel-v6' : 'flannel'}.${vni}`
  if (vni < 0 || vni >= VNI_END || name.length > NAME_MAX) return `Error registering network: ${ERANGE} (VNI ${vni}, device ${name})`
  return port < 0 || port >= PORT_END ? `Port ${port} does not fit into UDP's 16 bits` : undefined
}

/** net-conf.json: what flanneld does not start with is an error, what it would do otherwise than here a warning. */
export function netConfJson(s: Settling, flannel: FlannelNet): void {
  let json: Conf
  try {
    json = conf(JSON.parse(flannel.map.is.data['net-conf.json'] ?? ''))
  } catch {
    return
  }
  const place = { object: flannel.map, path: FLANNEL_FIELD }
  const text = refuses(json, flannel)
  if (text !== undefined) return report(s, 'error', 'program-refuses', { program: 'flanneld', text }, place)
  const backend = conf(json['Backend'])
  const asked = ['MTU', 'GBP', 'Learning', 'MacPrefix'].filter(
    (key) => backend[key] !== undefined && backend[key] !== false && backend[key] !== 0,
  )
  for (const key of asked) report(s, 'warning', 'net-conf-unread', { file: 'net-conf.json', what: `Backend.${key}` }, place)
}
