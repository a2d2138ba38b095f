import { podNetns } from '../../agents/agent.ts'
import { closest } from '../../engine/closest.ts'
import { cniWalks } from '../../engine/cniwalk/late.ts'
import type { ShownStep, ShownWalk } from '../../engine/cniwalk/shape.ts'
import { sayCniStep, sayNoWalk } from '../../words/cni.ts'
import type { Lang } from '../../words/lang.ts'
import type { Command } from '../command.ts'
import { openLab } from '../lab.ts'
import { complaint } from '../problems.ts'
import { done, json, refused } from '../result.ts'
import { usage } from '../usage.ts'

const WHO = { kubelet: 'kubelet', cri: 'containerd', libcni: 'libcni', kernel: 'kernel', api: 'API server' } as const

/** A plugin, its IPAM and a daemon go by their own names; whoever called them is `plugin`. */
function whoOf({ from, to, program }: ShownStep): string {
  if (from === to) return program
  const name = (actor: ShownStep['from'], own: boolean): string => (actor in WHO ? WHO[actor as keyof typeof WHO] : own ? program : actor)
  const called = from === 'libcni' || (from === 'plugin' && to === 'ipam')
  return `${name(from, !called)} → ${name(to, called)}`
}

const HOW = { writes: '>', reads: '<', removes: 'rm' } as const

const block = (label: string, text: string): readonly string[] => {
  const lines = text.trimEnd().split('\n')
  return lines.length === 1 ? [`     ${label} ${lines[0]}`] : [`     ${label}`, ...lines.map((line) => `       ${line}`)]
}

function stepLines(step: ShownStep, i: number, lang: Lang): readonly string[] {
  const { title, text } = sayCniStep(step.code, step.params, lang)
  return [
    `${`${i + 1}`.padStart(3)}  ${whoOf(step).padEnd(24)} ${title}`,
    ...(text === '' ? [] : [`     ${text}`]),
    ...Object.entries(step.env ?? {}).map(([name, value]) => `     ${name}=${value}`),
    ...(step.stdin === undefined ? [] : block('stdin', step.stdin)),
    ...step.files.flatMap(({ path, how, text: content }) =>
      block(`${HOW[how]} ${path}${how === 'removes' ? '' : ':'}`, how === 'removes' ? '' : content.replaceAll('\r\n', '\\r\\n')),
    ),
    ...step.commands.map(({ at, text: command }) => `     ${at === 'pod' ? 'pod' : 'node'}# ${command}`),
    ...step.lines.map((line) => `     ${line}`),
    ...(step.stdout === undefined ? [] : block('stdout', step.stdout)),
    ...(step.error === undefined ? [] : [`     error: ${step.error}`]),
  ].map((line) => line.trimEnd())
}

function printed(walk: ShownWalk, lang: Lang): string {
  const head = `CNI ${walk.command} ${walk.pod} (${walk.cni}, ${walk.node})`
  const steps = walk.steps.flatMap((step, i) => ['', ...stepLines(step, i, lang)])
  return `${[head, ...steps].join('\n')}\n`
}

export const cni: Command = {
  name: 'cni',
  usage: 'FILE… --pod NS/NAME [--del]',
  about: { en: 'how a Pod gets its network, step by step: CNI ADD, or DEL', 'zh-CN': 'Pod 如何一步步得到网络：CNI ADD 或 DEL' },
  options: [
    { name: '--pod', value: 'NS/NAME', about: { en: 'the Pod', 'zh-CN': '哪个 Pod' } },
    { name: '--del', about: { en: 'how it loses its network again', 'zh-CN': '如何再拆掉它的网络' } },
  ],
  tail: [0, 0],
  run(asked, desk) {
    const name = asked.option('--pod')
    if (name === undefined) return usage([complaint('needs-option', { option: '--pod NS/NAME' })], 'cni', asked.lang)
    const opened = openLab(asked, desk)
    if ('refused' in opened) return opened.refused
    const { cluster, machines } = opened.world
    const walk = cniWalks.get().cniWalk(cluster, machines, name, asked.option('--del') === undefined ? 'ADD' : 'DEL')
    if (walk === undefined) {
      const near = closest(name, cluster.pods.map(podNetns))
      return refused([complaint('no-such-pod', { name, ...(near === undefined ? {} : { near }) })], asked.lang)
    }
    if (typeof walk === 'string') return refused([complaint('cni-no-walk', { text: sayNoWalk(walk, name, asked.lang) })], asked.lang)
    return done(asked.option('--json') === undefined ? printed(walk, asked.lang) : json(walk), opened.warnings)
  },
}
