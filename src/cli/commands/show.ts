import type { ProbeQuestion } from '../../answer.ts'
import { netnsNamed, runTool } from '../../engine/tool.ts'
import { probe, type World } from '../../explain.ts'
import { nearest } from '../../manifest/schema/near.ts'
import { TOOLS } from '../../tools/list.ts'
import type { Problem } from '../../trace/problem.ts'
import type { Asked } from '../asked.ts'
import type { Command } from '../command.ts'
import { nodeOf, openLab } from '../lab.ts'
import { complaint } from '../problems.ts'
import { json, type Result, refused } from '../result.ts'
import { usage } from '../usage.ts'
import { asking, questionOf } from './probe.ts'

const toolNames = (): readonly string[] => TOOLS.map((t) => t.name)

export const show: Command = {
  name: 'show',
  usage: 'FILE… --node NODE TOOL…',
  about: {
    en: "run the lab's probes, then print what a tool prints there: iptables-save, ip route, conntrack -L, …",
    'zh-CN': '先执行实验里的探测，再打印工具在那里的输出：iptables-save、ip route、conntrack -L 等',
  },
  options: [
    { name: '--node', value: 'NODE', about: { en: 'on this node', 'zh-CN': '在这个节点上' } },
    { name: '--pod', value: 'NS/NAME', about: { en: 'or inside this Pod', 'zh-CN': '或在这个 Pod 里' } },
    ...asking,
  ],
  tail: [1, Number.POSITIVE_INFINITY],
  tool: true,
  known: toolNames,
  run(asked, desk): Result {
    const said = usageOf(asked)
    if (said.length > 0) return usage(said, 'show', asked.lang)
    const [from, to] = [asked.option('--from'), asked.option('--to')]
    const more = from === undefined || to === undefined ? undefined : questionOf(asked, from, to)
    if (more !== undefined && 'severity' in more) return usage([more], 'show', asked.lang)
    const questions = (world: World): readonly ProbeQuestion[] => [...world.cluster.probes, ...(more === undefined ? [] : [more])]
    const opened = openLab(asked, desk, questions)
    if ('refused' in opened) return opened.refused
    const { world, seed, warnings } = opened
    const place = placeOf(asked, world)
    if (typeof place !== 'string') return refused([place], asked.lang)
    for (const question of questions(world)) {
      const { problems } = probe(world, question, { seed, commit: true })
      if (problems.length > 0) return refused(problems, asked.lang)
    }
    const ran = runTool(world, place, asked.tail)
    if ('problem' in ran) return refused([ran.problem], asked.lang)
    const { code, stdout, stderr } = ran
    const text = (lines: readonly string[]): string => lines.map((l) => `${l}\n`).join('')
    return {
      code,
      stdout: asked.option('--json') === undefined ? text(stdout) : json({ code, stdout: text(stdout), stderr: text(stderr) }),
      stderr: `${warnings}${text(stderr)}`,
    }
  },
}

function usageOf(asked: Asked): readonly Problem[] {
  const [tool = ''] = asked.tail
  const found: Problem[] = []
  const places = ['--node', '--pod'].filter((o) => asked.option(o) !== undefined)
  if (places.length === 0) found.push(complaint('needs-one-of', { options: '--node NODE, --pod NS/NAME' }))
  if (places.length > 1) found.push(complaint('only-one-of', { options: '--node, --pod' }))
  if ((asked.option('--from') === undefined) !== (asked.option('--to') === undefined))
    found.push(complaint('needs-option', { option: asked.option('--from') === undefined ? '--from SRC' : '--to DST' }))
  const names = toolNames()
  if (!names.includes(tool)) {
    const near = nearest(tool, names)
    found.push(complaint('no-such-tool', { name: tool, names: names.join(', '), ...(near === undefined ? {} : { near }) }))
  }
  return found
}

/** The name of the machine that the options mean. */
function placeOf(asked: Asked, world: World): string | Problem {
  if (asked.option('--node') !== undefined) {
    const node = nodeOf(asked, world)
    return 'severity' in node ? node : node.meta.name
  }
  const name = asked.option('--pod') ?? ''
  const pods = world.cluster.pods.map((p) => `${p.meta.namespace}/${p.meta.name}`)
  const near = nearest(name, pods)
  if (!pods.includes(name)) return complaint('no-such-pod', { name, ...(near === undefined ? {} : { near }) })
  return world.machines.netns(netnsNamed(world, name)) ? name : complaint('pod-pending', { name })
}
