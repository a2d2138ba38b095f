import { inZone } from '../dns/name.ts'
import { zonesOf } from './keys.ts'

/** `fallthrough [ZONES…]`: zones in which a name that is not there goes on to the next plugin (plugin/pkg/fall). */
export type Fall = readonly string[]

export const NO_FALL: Fall = []
export const fallOf = (args: readonly string[]): Fall => (args.length === 0 ? ['.'] : args.flatMap(zonesOf))
export const falls = (fall: Fall, name: string): boolean => fall.some((zone) => inZone(name, zone))
