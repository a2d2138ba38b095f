import { hairpin } from './hairpin.ts'
import { noEndpoints } from './no-endpoints.ts'
import { nodePort } from './node-port.ts'
import { nodeProcess } from './node-process.ts'
import { otherNode } from './other-node.ts'
import { outside } from './outside.ts'
import { sameNode } from './same-node.ts'
import type { Story } from './story.ts'
import { unknownName } from './unknown-name.ts'

/** The eight paths. */
export const stories: readonly Story[] = [sameNode, otherNode, nodeProcess, nodePort, outside, hairpin, noEndpoints, unknownName]
