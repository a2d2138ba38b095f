import type { ProbeQuestion } from '../../answer.ts'
import { rebuildScript } from '../../engine/rebuild.ts'
import type { World } from '../../explain.ts'
import type { Command } from '../command.ts'
import { openLab } from '../lab.ts'
import { complaint } from '../problems.ts'
import { done, type Result, refused } from '../result.ts'
import { usage } from '../usage.ts'
import { asking, questionOf } from './probe.ts'

const FORMS = ['netns', 'pcapng', 'report'] as const

export const exportCommand: Command = {
  name: 'export',
  usage: 'FILE… --as netns',
  about: {
    en: 'the lab as a script that rebuilds it from network namespaces on a Linux host',
    'zh-CN': '导出为脚本，在 Linux 主机上用网络命名空间重建实验',
  },
  options: [
    {
      name: '--as',
      value: 'FORM',
      about: { en: 'netns (pcapng and report are not built yet)', 'zh-CN': 'netns（pcapng 和 report 尚未实现）' },
    },
    ...asking,
  ],
  tail: [0, 0],
  run(asked, desk): Result {
    const form = asked.option('--as')
    if (form === undefined) return usage([complaint('needs-option', { option: `--as ${FORMS.join('|')}` })], 'export', asked.lang)
    if (!FORMS.some((f) => f === form))
      return usage([complaint('option-value', { option: '--as', value: form, values: FORMS.join(', ') })], 'export', asked.lang)
    if (form !== 'netns') return usage([complaint('not-built', { name: `export --as ${form}` })], 'export', asked.lang)
    const [from, to] = [asked.option('--from'), asked.option('--to')]
    const more = from === undefined || to === undefined ? undefined : questionOf(asked, from, to)
    if (more !== undefined && 'severity' in more) return usage([more], 'export', asked.lang)
    const questions = (world: World): readonly ProbeQuestion[] => [...world.cluster.probes, ...(more === undefined ? [] : [more])]
    const opened = openLab(asked, desk, questions)
    if ('refused' in opened) return opened.refused
    const all = questions(opened.world)
    if (all.length === 0) return refused([complaint('export-no-probe')], asked.lang)
    const script = rebuildScript(asked.files.join(' '), opened.world, all, opened.seed)
    return 'problem' in script ? refused([script.problem], asked.lang) : done(script.text, opened.warnings)
  },
}
