import { nearest } from '../../manifest/schema/near.ts'
import { changesTable } from '../../tools/get/changes.ts'
import { getKinds, getTable } from '../../tools/get/get.ts'
import type { Command } from '../command.ts'
import { openLab } from '../lab.ts'
import { complaint } from '../problems.ts'
import { done, json, type Result, refused } from '../result.ts'
import { usage } from '../usage.ts'

const OUTPUTS = ['wide', 'yaml', 'changes'] as const
const NOTHING = 'No resources found'

export const get: Command = {
  name: 'get',
  usage: 'FILE… KIND [-n NS] [-o wide|yaml|changes]',
  about: { en: 'print objects as kubectl does, after the controllers ran', 'zh-CN': '在控制器运行之后，像 kubectl 一样打印对象' },
  options: [
    {
      name: '--namespace',
      short: '-n',
      value: 'NS',
      about: { en: 'the namespace (default: default)', 'zh-CN': '命名空间（默认 default）' },
    },
    { name: '--all-namespaces', short: '-A', about: { en: 'all namespaces', 'zh-CN': '所有命名空间' } },
    {
      name: '--output',
      short: '-o',
      value: 'wide|yaml|changes',
      about: {
        en: 'more columns, the whole objects, or (of endpointslices) how many bytes controllers write when one Pod changes',
        'zh-CN': '更多列、完整对象，或（仅 endpointslices）一个 Pod 变化时控制器写入的字节数',
      },
    },
  ],
  tail: [1, 1],
  run(asked, desk): Result {
    const [word = ''] = asked.tail
    const [kind] = getKinds.find((names) => names.includes(word.toLowerCase())) ?? []
    if (kind === undefined) {
      const near = nearest(word, getKinds.flat())
      const names = getKinds.map(([plural]) => plural ?? '').join(', ')
      return usage([complaint('no-such-kind', { name: word, names, ...(near === undefined ? {} : { near }) })], 'get', asked.lang)
    }
    const wanted = asked.option('--output')
    const output = OUTPUTS.find((o) => o === wanted)
    if (wanted !== undefined && output === undefined)
      return usage([complaint('option-value', { option: '-o', value: wanted, values: OUTPUTS.join(', ') })], 'get', asked.lang)
    if (output === 'changes' && kind !== 'endpointslices')
      return usage([complaint('option-value', { option: '-o', value: output, values: 'wide, yaml' })], 'get', asked.lang)
    const opened = openLab(asked, desk)
    if ('refused' in opened) return opened.refused
    const namespace = asked.option('--namespace')
    const scope = {
      ...(namespace === undefined ? {} : { namespace }),
      ...(asked.option('--all-namespaces') === undefined ? {} : { allNamespaces: true }),
    }
    const { cluster } = opened.world
    const text =
      output === 'changes'
        ? changesTable(cluster, scope)
        : getTable(cluster, kind, { ...scope, ...(output === undefined ? {} : { output }) })
    if (typeof text !== 'string') return refused([text], asked.lang)
    if (asked.option('--json') !== undefined) return done(json({ text }), opened.warnings)
    // kubectl says so on standard error, and succeeds.
    return text.startsWith(NOTHING) ? done('', `${opened.warnings}${text}`) : done(text, opened.warnings)
  },
}
