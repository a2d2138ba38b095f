import { notModelled, printed, type Tool } from './tool.ts'

/** The variables of a container. A node's own environment is whatever its operator's shell has. */
export const env: Tool = {
  name: 'env',
  run({ variables }, argv) {
    if (argv.length > 0) return notModelled('env', argv[0] ?? '')
    return variables === undefined ? notModelled('env', 'outside of a Pod') : printed(variables.map(([name, value]) => `${name}=${value}`))
  },
}
