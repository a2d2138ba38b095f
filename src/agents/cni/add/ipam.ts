import { notInPath } from '../../../cluster/netconf/lacks.ts'
import type { CniResult } from './result.ts'
import { resultJson } from './result.ts'
import type { Call, Ran, Step } from './types.ts'

/** What an IPAM plugin that does not refuse does, and answers. */
interface Given {
  readonly steps: readonly Step[]
  readonly result: CniResult
}

/** ADD of an IPAM plugin, called by another plugin with that one's configuration on its standard input. */
export function askIpam(call: Call, program: string, give: () => Given, env = call.env): Ran {
  if (!call.has(program)) return { steps: [], error: notInPath(program) }
  const params = { type: program, network: call.network }
  const asked: Step = { from: 'plugin', to: 'ipam', program, code: 'ipam-add', params, env, stdin: call.stdin }
  const back = { from: 'ipam', to: 'plugin', program } as const
  if (call.refused !== undefined) {
    const { text: error } = call.refused
    return { steps: [asked, { ...back, code: 'ipam-refused', error }], error }
  }
  const { steps, result } = give()
  const answered: Step = { ...back, code: 'ipam-result', params: { type: program }, stdout: resultJson(result, call.version) }
  return { steps: [asked, ...steps, answered], result }
}

/** DEL of it: it answers nothing. */
export const askIpamDel = (call: Call, program: string, steps: readonly Step[]): readonly Step[] => [
  { from: 'plugin', to: 'ipam', program, code: 'ipam-del', params: { type: program }, env: call.env, stdin: call.stdin },
  ...steps,
]
