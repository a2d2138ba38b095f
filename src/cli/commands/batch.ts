import type { Command } from '../command.ts'

/** Stands in the help; main.ts runs it, since it reads commands as they come. */
export const batchCommand: Command = {
  name: 'batch',
  usage: '',
  about: {
    en: 'read a command a line (a JSON array), answer each with a line of JSON',
    'zh-CN': '每行读一条命令（JSON 数组），每条用一行 JSON 回答',
  },
  options: [],
  tail: [0, 0],
  files: false,
  run: () => ({ code: 2, stdout: '', stderr: '' }),
}
