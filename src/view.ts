import { cniOf } from './agents/cni/list.ts'
import { proxyProcess } from './agents/proxy/userspace/name.ts'
import { portalsOf } from './agents/proxy/userspace/portals.ts'
import type { AheadView, Answer, EditingView, MatrixView, ScriptView, View, Viewed } from './answer.ts'
import { healthPart } from './engine/balancer/late.ts'
import { cniWalks } from './engine/cniwalk/late.ts'
import { columnsAt, rowsAt, type Scene } from './engine/columns/columns.ts'
import { routesAt } from './engine/ingress/routes.ts'
import { readStory, storyText } from './engine/storytext.ts'
import { switchMode } from './engine/switch.ts'
import { netnsNamed, runTool } from './engine/tool.ts'
import { wroteBy } from './engine/wrote.ts'
import type { World } from './explain.ts'
import { printRule } from './kernel/iptables/print.ts'
import { FRESH, sysctl } from './kernel/sysctl.ts'
import { setField } from './manifest/edit.ts'
import { endpointText } from './net/message.ts'
import type { TableName } from './trace/event.ts'
import { forcedLuck, hashLuck } from './trace/luck.ts'

const problem = (code: string, params: Readonly<Record<string, string | number>> = {}): Viewed => ({
  kind: 'problem',
  problem: { code, params, severity: 'error' },
})

/**
 * A look at the world behind the last answer. What does not exist is answered with a problem, never thrown. `walked`: the last answer
 * that came on stage and its world, whose rules can be asked again.
 */
export function view(
  world: World | undefined,
  asked: Exclude<View, EditingView | ScriptView | MatrixView | AheadView>,
  walked?: { readonly world: World; readonly answer: Answer },
): Viewed {
  if (asked.kind === 'read-story') return { kind: 'story', story: readStory(asked.text) }
  if (!world) return problem('no-world')
  switch (asked.kind) {
    case 'tool': {
      const result = runTool(world, asked.netns, asked.argv)
      if ('problem' in result) return { kind: 'problem', problem: result.problem }
      return { kind: 'text', text: [...result.stdout, ...result.stderr].join('\n') }
    }
    case 'chain':
      return chainOf(world, asked)
    case 'wrote':
      return { kind: 'wrote', ...wroteBy(world, asked.file, asked.line) }
    case 'kernel':
      return kernelOf(world, asked.netns)
    case 'cni':
      return { kind: 'cni', ...cniWalks.get().cniView(world.cluster, world.machines, asked.command, asked.pod) }
    case 'health':
      return { kind: 'health', services: healthPart.get().healthTable(world.cluster, asked.netns) }
    case 'bgp': {
      const told = cniOf(world.cluster)?.peering?.(world.cluster)
      return told ? { kind: 'bgp', peering: { ...told, sessions: told.sessions.slice(0, 400) } } : { kind: 'bgp' }
    }
    case 'switch': {
      const files = switchMode(asked.files, asked.what, asked.value, world.cluster.podSubnets.join(','))
      return 'code' in files ? { kind: 'problem', problem: files } : { kind: 'files', files }
    }
    case 'set': {
      const files = setField(asked.files, asked.object, asked.path, asked.value)
      return 'code' in files ? { kind: 'problem', problem: files } : { kind: 'files', files }
    }
    case 'story':
      return walked ? { kind: 'text', text: storyText(walked.answer, asked.name) } : problem('no-world')
    case 'columns': {
      const scene = walked && sceneOf(walked)
      return (scene && columnsAt(scene, asked.journey, asked.seq)) ?? problem('no-hook', { seq: asked.seq })
    }
    case 'routes':
      return (walked && routesAt(walked.world, walked.answer, asked.journey, asked.seq)) ?? problem('no-hook', { seq: asked.seq })
    case 'rows': {
      const scene = walked && sceneOf(walked)
      return (
        (scene && rowsAt(scene, asked.journey, asked.seq, asked.from, asked.count, asked.look)) ?? problem('no-hook', { seq: asked.seq })
      )
    }
  }
}

const scenes = new WeakMap<Answer, Scene>()

function sceneOf({ world, answer }: { readonly world: World; readonly answer: Answer }): Scene | undefined {
  const known = scenes.get(answer)
  if (known || !answer.walk) return known
  const { seed, forced } = answer.question
  const { cluster } = world
  const scene: Scene = {
    machines: world.machines,
    journeys: answer.walk.journeys,
    luck: forced ? forcedLuck(forced, hashLuck(seed)) : hashLuck(seed),
    moment: world.moment,
    causes: cluster.causes.list,
    portals(netns, process) {
      const node = process === proxyProcess(netns) ? cluster.nodes.find((n) => n.meta.name === netns) : undefined
      return node && portalsOf(cluster, node)
    },
  }
  scenes.set(answer, scene)
  return scene
}

function chainOf(world: World, asked: Extract<View, { kind: 'chain' }>): Viewed {
  const chain = world.machines.netns(asked.netns)?.rules[asked.family].chain(asked.table as TableName, asked.chain)
  if (!chain) return problem('no-chain', { chain: asked.chain, table: asked.table, netns: asked.netns })
  const counted = (i: number): { packets: number; bytes: number } =>
    world.moment.counters.get(`${asked.netns} ${asked.family} ${asked.table} ${asked.chain} ${i}`) ?? { packets: 0, bytes: 0 }
  const rules = chain.rules
    .slice(asked.from, asked.from + asked.count)
    .map((rule, i) => ({ index: asked.from + i, text: printRule(chain.name, rule), ...counted(asked.from + i) }))
  return {
    kind: 'chain',
    name: chain.name,
    total: chain.rules.length,
    rules,
    ...(chain.policy === undefined ? {} : { policy: chain.policy }),
  }
}

/** These decide so much that they are shown also where nobody touched them. */
const TOLD = [
  'net/ipv4/ip_forward',
  'net/bridge/bridge-nf-call-iptables',
  'net/ipv4/conf/all/rp_filter',
  'net/ipv4/conf/all/route_localnet',
]

function kernelOf(world: World, name: string): Viewed {
  const netns = world.machines.netns(netnsNamed(world, name))
  if (!netns) return problem('unknown-netns', { name })
  const names = [...new Set([...TOLD, ...Object.keys(netns.sysctls)])].sort()
  return {
    kind: 'kernel',
    sysctls: names.map((path) => ({ name: path.replaceAll('/', '.'), value: sysctl(netns, path), usual: FRESH[path] ?? 0 })),
    listeners: netns.listeners.map((l) => ({
      proto: l.proto,
      local: l.address === undefined ? `*:${l.port}` : endpointText(l.address, l.port),
      process: l.process,
    })),
  }
}
