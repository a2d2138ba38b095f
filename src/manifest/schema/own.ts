import { parseCidr } from '../../net/cidr.ts'
import { parseIp } from '../../net/ip.ts'
import { type Fault, shown } from './fault.ts'
import { listOf, type Shape } from './shape.ts'

/** Shapes of objects that no API server validates: faults in our own words. */

export const REQUIRED: Fault = { code: 'required', params: {} }

export const choice = (...values: readonly string[]): Shape => ({
  is: 'text',
  known: values,
  own: (value) => (values.includes(value) ? undefined : { code: 'one-of', params: { value: shown(value), values: values.join(', ') } }),
})

export const between = (min: number, max: number): Shape => ({
  is: 'int',
  own: (value) => (value >= min && value <= max ? undefined : { code: 'range', params: { value, min, max } }),
})

export const ip: Shape = {
  is: 'text',
  own: (value) => (parseIp(value) === undefined ? { code: 'not-ip', params: { value: shown(value) } } : undefined),
}

export const cidrFault = (value: string): Fault | undefined =>
  parseCidr(value) === undefined ? { code: 'not-cidr', params: { value: shown(value) } } : undefined
export const cidr: Shape = { is: 'text', own: cidrFault }
/** `10.244.0.0/16,fd00::/56` */
export const cidrList: Shape = {
  is: 'text',
  own: (value) =>
    value
      .split(',')
      .map((part) => cidrFault(part.trim()))
      .find((fault) => fault !== undefined),
}

/** `8080`, `53/UDP`. */
const LISTEN = /^(\d{1,5})(?:\/(TCP|UDP|SCTP))?$/i
export const listens: Shape = listOf({
  is: 'int-or-text',
  own: (value) => {
    const port = Number(LISTEN.exec(String(value))?.[1])
    return port >= 1 && port <= 65535 ? undefined : { code: 'not-listen', params: { value: shown(value) } }
  },
})
