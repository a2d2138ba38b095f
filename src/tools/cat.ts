import type { Tool } from './tool.ts'

/** Files that programs of this namespace read (/etc/resolv.conf, /etc/hosts). */
export const cat: Tool = {
  name: 'cat',
  run({ netns }, argv) {
    const stdout: string[] = []
    const stderr: string[] = []
    for (const path of argv) {
      const text = Object.hasOwn(netns.files, path) ? netns.files[path] : undefined
      if (text === undefined) stderr.push(`cat: ${path}: No such file or directory`)
      else stdout.push(...text.replace(/\n$/, '').split('\n'))
    }
    return { code: stderr.length > 0 ? 1 : 0, stdout, stderr }
  },
}
