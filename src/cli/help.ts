import type { Lang } from '../words/lang.ts'
import { optionsOf } from './asked.ts'
import { type Command, everywhere, type Option } from './command.ts'
import { commands } from './list.ts'

const frame = {
  en: {
    about: 'How traffic reaches a Pod in Kubernetes: the rules of each node, and the way of each packet through them.',
    usage: 'Usage',
    commands: 'Commands',
    options: 'Options',
    files: 'FILE… are YAML files, folders, outputs of tools on a node, or - for standard input. Behind -- every word belongs to the tool.',
    status: 'Exit status: 0 done; 1 the lab or the arguments are invalid; 2 usage.',
    more: 'packetwalk COMMAND --help says more about one command.',
    version: 'print the version',
  },
  'zh-CN': {
    about: 'Kubernetes 里的流量如何到达 Pod：每个节点的规则，以及每个数据包穿过它们的路。',
    usage: '用法',
    commands: '命令',
    options: '选项',
    files: 'FILE… 是 YAML 文件、文件夹或节点上工具的输出，- 表示标准输入。-- 之后的每个词都属于工具。',
    status: '退出码：0 完成；1 实验或参数有误；2 用法错误。',
    more: 'packetwalk COMMAND --help 说明一个命令。',
    version: '打印版本',
  },
} as const

/** Two columns; the second starts at the same place in every line. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}\n`).join('')
}

const optionRow =
  (lang: Lang) =>
  (o: Option): readonly [string, string] => {
    const names = o.short === undefined ? o.name : `${o.short}, ${o.name}`
    return [o.value === undefined ? names : `${names} ${o.value}`, o.about[lang]]
  }

export function helpForAll(lang: Lang): string {
  const say = frame[lang]
  const listed: readonly (readonly [string, string])[] = [...commands.map((c) => [c.name, c.about[lang]] as const)]
  const version: readonly [string, string] = ['-V, --version', say.version]
  return [
    `packetwalk: ${say.about}\n\n`,
    `${say.usage}: packetwalk COMMAND [FILE…] [OPTION…]\n\n`,
    `${say.commands}:\n${columns(listed)}\n`,
    `${say.options}:\n${columns([...everywhere.map(optionRow(lang)), version])}\n`,
    `${say.files}\n${say.status}\n${say.more}\n`,
  ].join('')
}

export function helpFor(command: Command, lang: Lang): string {
  const say = frame[lang]
  const files = command.files === false ? '' : `\n${say.files}\n`
  const usage = `packetwalk ${command.name} ${command.usage}`.trimEnd()
  return `${say.usage}: ${usage}\n\n${command.about[lang]}\n\n${say.options}:\n${columns(optionsOf(command).map(optionRow(lang)))}${files}`
}
