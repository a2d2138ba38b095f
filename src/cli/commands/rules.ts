import { rulesText } from '../../agents/proxy/list.ts'
import type { Command } from '../command.ts'
import { nodeOf, openLab } from '../lab.ts'
import { complaint } from '../problems.ts'
import { done, json, refused } from '../result.ts'
import { usage } from '../usage.ts'

export const rules: Command = {
  name: 'rules',
  usage: 'FILE… --node NODE',
  about: { en: 'print what kube-proxy on a node writes', 'zh-CN': '打印某节点上 kube-proxy 写入的内容' },
  options: [{ name: '--node', value: 'NODE', about: { en: 'the node', 'zh-CN': '节点' } }],
  tail: [0, 0],
  run(asked, desk) {
    if (asked.option('--node') === undefined) return usage([complaint('needs-option', { option: '--node NODE' })], 'rules', asked.lang)
    const opened = openLab(asked, desk)
    if ('refused' in opened) return opened.refused
    const node = nodeOf(asked, opened.world)
    if ('severity' in node) return refused([node], asked.lang)
    const text = rulesText(opened.world.cluster, node)
    return done(asked.option('--json') === undefined ? text : json({ node: node.meta.name, text }), opened.warnings)
  },
}
