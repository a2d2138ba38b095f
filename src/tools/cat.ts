import { FRESH, sysctl } from '../kernel/sysctl.ts'
import { notModelled, type Tool, type ToolContext } from './tool.ts'

/** A setting of the kernel as a file: one that a program set, or that the table of a fresh namespace knows. */
function setting({ netns }: ToolContext, path: string): string | undefined {
  const name = /^\/proc\/sys\/(.+)$/.exec(path)?.[1]
  return name !== undefined && (Object.hasOwn(netns.sysctls, name) || Object.hasOwn(FRESH, name)) ? `${sysctl(netns, name)}` : undefined
}

/** Where a machine has files of which nothing is known here: to say that there is none would be a lie. */
const UNKNOWN = /^\/(proc|sys|run|var|opt|etc\/(cni|kubernetes))\//

/** Files that programs of this namespace read (/etc/resolv.conf, /etc/hosts), and settings under /proc/sys. */
export const cat: Tool = {
  name: 'cat',
  run(ctx, argv) {
    const stdout: string[] = []
    const stderr: string[] = []
    for (const path of argv) {
      const text = Object.hasOwn(ctx.netns.files, path) ? ctx.netns.files[path] : setting(ctx, path)
      if (text !== undefined) stdout.push(...text.replace(/\n$/, '').split('\n'))
      else if (UNKNOWN.test(path)) return notModelled('cat', path)
      else stderr.push(`cat: ${path}: No such file or directory`)
    }
    return { code: stderr.length > 0 ? 1 : 0, stdout, stderr }
  },
}
