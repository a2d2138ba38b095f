import { build, hasErrors } from '../../explain.ts'
import type { Problem } from '../../trace/problem.ts'
import type { Command } from '../command.ts'
import { readLabFiles } from '../dumpfiles.ts'
import { overridesOf } from '../lab.ts'
import { complaint, printProblem, sentence } from '../problems.ts'
import { json } from '../result.ts'
import { say } from '../words/words.ts'

export const check: Command = {
  name: 'check',
  usage: 'FILE…',
  about: { en: 'print what is wrong with a lab', 'zh-CN': '打印实验里的问题' },
  options: [],
  tail: [0, 0],
  run(asked, desk) {
    const { files, problems: unread } = readLabFiles(asked.files, desk)
    const overrides = overridesOf(asked)
    if ('severity' in overrides || unread.length > 0) return told([...('severity' in overrides ? [overrides] : []), ...unread], 0)
    const { objects, problems } = build(files, { ...overrides, wants: { everything: false, dns: false } }, desk.documents)
    // Nothing was read at all: a pipe that broke, a wrong file.
    const blank = files.every(({ text }) => text.replace(/^\s*(#.*|---)?$/gm, '').trim() === '')
    return told(blank && problems.length === 0 ? [complaint('check-nothing')] : problems, objects)

    function told(found: readonly Problem[], objects: number) {
      const bad = hasErrors(found)
      const lines = found.map((p) => printProblem(p, asked.lang)).join('')
      const text = bad ? lines : `${lines}${say(asked.lang, 'check-ok', { objects })}\n`
      const stdout =
        asked.option('--json') === undefined
          ? text
          : json({ ok: !bad, objects, problems: found.map((p) => ({ ...p, message: sentence(p, asked.lang) })) })
      return { code: bad ? 1 : 0, stdout, stderr: '' }
    }
  },
}
