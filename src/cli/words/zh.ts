import { listed } from '../../words/lang.ts'
import type { Sentence, Word } from './words.ts'

const maybe = (near: string | number | undefined): string => (near === undefined ? '' : `（是想写 ${near} 吗？）`)

export const zh: Readonly<Record<Word, Sentence>> = {
  'unknown-command': ({ name, near }) => `没有这个命令：${name}${maybe(near)}`,
  'unknown-option': ({ name, near }) => `没有这个选项：${name}${maybe(near)}`,
  'needs-value': ({ option }) => `${option} 需要一个值`,
  'takes-no-value': ({ option }) => `${option} 不带值`,
  'needs-option': ({ option }) => `缺少 ${option}`,
  'needs-one-of': ({ options }) => `缺少其中之一：${options}`,
  'only-one-of': ({ options }) => `只能写其中一个：${options}`,
  'needs-file': () => '没有文件：请写 YAML 文件或文件夹，或用 - 表示标准输入',
  'needs-word': ({ what }) => `缺少 ${what}`,
  'extra-word': ({ word }) => `多了一个词：${word}`,
  'option-value': ({ option, value, values }) => `${option} ${value}：应为其中之一：${listed(`${values}`, 'zh')}`,
  'option-number': ({ option, value, low, high }) => `${option} ${value}：应为 ${low} 到 ${high} 的整数`,
  'option-header': ({ value }) => `-H ${value}：头部写作 'Name: value'`,
  'option-method': ({ value }) => `--method ${value}：不是 HTTP 方法`,
  'only-for': ({ option, what }) => `${option} 只用于 ${what}`,
  'not-built': ({ name }) => `${name} 尚未实现`,
  'no-stdin': () => '标准输入已被 batch 占用',
  'batch-line': () => 'batch 的每一行是一个由文本组成的 JSON 数组',
  'try-help': ({ command }) => `请看：packetwalk ${command === '' ? '' : `${command} `}--help`,

  'no-such-file': ({ path }) => `${path}：没有这个文件或文件夹`,
  'no-yaml': ({ path }) => `${path}：文件夹里没有 .yaml、.yml 或 .json 文件`,
  unreadable: ({ path, why }) => `${path}：无法读取（${why}）`,
  'not-utf8': () => '不是 UTF-8 文本',
  'file-too-large': ({ path, size, limit }) => `${path}：${size} MB；最多读取 ${limit} MB。请去掉与问题无关的内容`,
  'not-json': ({ path, why }) => `${path}：不是 JSON（${why}）`,
  'check-nothing': () => '没有可检查的内容：没有任何对象，只有空白或注释',
  'check-ok': ({ objects }) => `ok: ${objects} objects`,
  unproven: ({ cni }) => `这里 ${cni} 的行为照源码写成，从未在内核上运行过，真实节点可能不同`,
  counts: ({ steps, rulesEvaluated, rulesMatched, natRewrites, lookups }) =>
    `${steps} 步，检查 ${rulesEvaluated} 条规则，匹配 ${rulesMatched} 条，${natRewrites} 次 NAT 改写，${lookups} 次查找`,
  'not-golden': ({ path }) => `${path}：不是录制的路径（packetwalk-kernel-golden/1）`,
  'matrix-more': ({ count }) => `……还有 ${count} 格`,
  'replay-same': ({ steps }) => `identical: ${steps} steps`,
  'replay-differs': ({ difference }) => `不同：${difference}`,
  'replay-skipped': ({ why }) => `未重放：${why}`,
  'export-no-probe': () => '实验里没有探测：请给出 --from 和 --to，或在 Lab 的 spec.probes 里写',
  'verify-cannot': ({ why }) => `未检查：${why}`,
  'verify-differs': ({ difference }) => `与本机内核不同：${difference}`,
  'verify-failed': ({ why }) => `录制程序失败：${why}`,
  'verify-no-recorder': () => '找不到 e2e/kernel/scenario.py：verify 只能在源码目录中运行',
  'no-such-node': ({ name, near, names }) =>
    `没有节点 ${name}${near === undefined ? (names === '' ? '：这个实验里没有节点' : `；现有：${listed(`${names}`, 'zh')}`) : maybe(near)}`,
  'cni-no-walk': ({ text }) => `没有可以跟踪的 CNI 过程：${text}`,
  'no-such-pod': ({ name, near }) => `没有 Pod ${name}${maybe(near)}`,
  'pod-pending': ({ name }) => `Pod ${name} 没有运行在任何节点上，没有可看的内容`,
  'no-such-kind': ({ name, near, names }) =>
    `没有这种对象：${name}${near === undefined ? `；可用：${listed(`${names}`, 'zh')}` : maybe(near)}`,
  'no-such-tool': ({ name, near, names }) =>
    `没有这个工具：${name}${near === undefined ? `；可用：${listed(`${names}`, 'zh')}` : maybe(near)}`,
  'nothing-there': ({ what }) => `${what} 没有可显示的内容`,
  bug: ({ what, version }) => `packetwalk ${version}：程序自身的错误：${what}。请连同命令和文件一起报告；PACKETWALK_DEBUG=1 会打印出错位置`,
}
