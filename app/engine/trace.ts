/** The few functions of the engine's types that the page calls: app/engine is the only door. */
export { endpointText } from '../../src/net/message.ts'
export { headerBytes } from '../../src/net/packet.ts'
export { flagsText } from '../../src/net/print.ts'
