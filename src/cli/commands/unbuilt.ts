import type { About, Command } from '../command.ts'
import { say } from '../words/words.ts'

/** A command that has its name and form already, and says that it is not there. */
const unbuilt = (name: string, usage: string, about: About): Command => ({
  name,
  usage,
  about,
  options: [],
  tail: [0, 0],
  unbuilt: true,
  run: (asked) => ({ code: 2, stdout: '', stderr: `packetwalk: ${say(asked.lang, 'not-built', { name })}\n` }),
})

export const matrix = unbuilt('matrix', 'FILE… [--to services|pods|all] [--port N/PROTO]', {
  en: 'who reaches whom (not built yet)',
  'zh-CN': '谁能到达谁（尚未实现）',
})
