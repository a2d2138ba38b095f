import { v1_30 } from '../agents/proxy/iptables/data/v1.30.ts'

/** As package.json has it; a test holds the two together. */
export const version = '0.1.0'

/** Whose rules are written. */
export const kubernetes = v1_30.version
