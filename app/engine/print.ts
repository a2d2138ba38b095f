/** What the lazy tabs of the inspector need of the engine's printers and nets. */
export { inCidr, lengthOf, parseCidr } from '../../src/net/cidr.ts'
export { parseIp } from '../../src/net/ip.ts'
export { ctLine } from '../../src/tools/conntrack/print.ts'
