import type { Asked } from './asked.ts'
import type { Desk } from './desk.ts'
import type { Result } from './result.ts'

/** An option of the command line. `value` is the word that stands for its value in the help; without it the option is a switch. */
export interface Option {
  readonly name: `--${string}` | `-${string}`
  readonly short?: `-${string}`
  readonly value?: string
  readonly about: About
}

/** A line of help in both languages. */
export interface About {
  readonly en: string
  readonly 'zh-CN': string
}

/**
 * One command: a file in commands/ and a line in list.ts. `tail` names the words behind the files that are not files, in order;
 * those in brackets may be left out. `tool`: from the first of them on, every word belongs to the tool.
 */
export interface Command {
  readonly name: string
  /** What stands behind the name in the usage line, options apart. */
  readonly usage: string
  readonly about: About
  readonly options: readonly Option[]
  /** How many words behind the files: at least, at most. Where the two are equal the last words are taken, else files end at the first word that is no path. */
  readonly tail: readonly [least: number, most: number]
  readonly tool?: true
  /** Words that are names of things, never files, unless they stand in front of every option. */
  readonly known?: () => readonly string[]
  /** false: the command takes no files. */
  readonly files?: false
  /** Its files are no lab: no options that override one. */
  readonly plain?: true
  run(asked: Asked, desk: Desk): Result
}

/** Options of every command that reads a lab. */
export const common: readonly Option[] = [
  {
    name: '--proxy',
    value: 'MODE',
    about: {
      en: 'kube-proxy mode: iptables, ipvs, nftables, userspace or none; overrides the files',
      'zh-CN': 'kube-proxy 模式：iptables、ipvs、nftables、userspace 或 none；优先于文件',
    },
  },
  {
    name: '--cni',
    value: 'NAME',
    about: {
      en: 'network plugin: none, bridge, flannel, …; overrides the files',
      'zh-CN': '网络插件：none、bridge、flannel 等；优先于文件',
    },
  },
  { name: '--seed', value: 'N', about: { en: 'seeds every choice (default 1)', 'zh-CN': '所有随机选择的种子（默认 1）' } },
  { name: '--json', about: { en: 'print JSON', 'zh-CN': '输出 JSON' } },
]

/** Options of every command. */
export const everywhere: readonly Option[] = [
  { name: '--lang', value: 'en|zh-CN', about: { en: 'language of messages', 'zh-CN': '消息的语言' } },
  { name: '--help', short: '-h', about: { en: 'print this help', 'zh-CN': '打印本帮助' } },
]
