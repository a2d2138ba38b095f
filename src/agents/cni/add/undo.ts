import { notInPath, SPEC_VERSIONS, wrongVersion } from '../../../cluster/netconf/lacks.ts'
import { cniBin } from '../../../cluster/netconf/netd.ts'
import { conf, type NetConf, textOf } from '../../../cluster/netconf/read.ts'
import { type Asked, delList } from './runtime.ts'
import type { Step } from './types.ts'

/** What ADD had made before it failed. */
function madeBy(steps: readonly Step[]): (step: Step) => boolean {
  const files = new Set(steps.flatMap((one) => (one.files ?? []).flatMap(({ how, path }) => (how === 'writes' ? [path] : []))))
  const links = new Set<string>()
  const ruled = new Set<string>()
  for (const { program, ops = [] } of steps)
    for (const { netns, ops: list } of ops)
      for (const op of list) {
        if (op.do === 'link') links.add(`${netns} ${op.link.dev}`)
        if (op.do === 'iptables') ruled.add(program)
      }
  return (step) => {
    const taken = step.files ?? []
    if (taken.length > 0) return taken.some(({ path }) => files.has(path))
    const gone = step.gone ?? []
    if (gone.length === 0) return !['calico-release', 'host-local-release'].includes(step.code)
    return gone.some(
      ({ netns, links: devs = [], rules = [] }) =>
        devs.some((dev) => links.has(`${netns} ${dev}`)) || (rules.length > 0 && ruled.has(step.program)),
    )
  }
}

/** The program that a step of DEL runs, when it runs another one. */
function runs(step: Step): string | undefined {
  if (step.code === 'plugin-del' || step.code === 'ipam-del') return textOf(step.params?.['type'])
  return step.code === 'delegate-del' ? textOf(conf(step.stdin)['type']) : undefined
}

/**
 * The DEL that the runtime runs after a failed ADD: only what was made can be taken away. A program that is missing ends DEL too, and then
 * all that stands in front of it in the list stays (libcni, DelNetworkList).
 */
export function undo(asked: Asked, list: NetConf, added: readonly Step[]): { readonly steps: readonly Step[]; readonly whole: boolean } {
  const bin = cniBin(asked.cluster.cni.name, asked.node.missingPlugins)
  const made = madeBy(added)
  const wrong = list.cniVersion !== '' && !SPEC_VERSIONS.includes(list.cniVersion)
  const bridged = asked.before.length > 0 || added.some(({ code }) => code === 'bridge-made')
  const out: Step[] = []
  /** Flannel's plugin finds nothing kept for this sandbox, and is done. */
  let idle = false
  for (const step of delList(asked, list, undefined)) {
    const begins = step.code === 'plugin-del'
    if (begins) idle = false
    const nothing = !begins && step.code !== 'ipam-del' && (!made(step) || (step.code === 'bridge-stays' && !bridged))
    if (nothing && step.code === 'delegate-del') idle = true
    if (nothing || idle) continue
    const binary = runs(step)
    if (binary !== undefined && !bin.has(binary)) {
      const program = begins ? 'libcni' : step.program
      out.push({ from: step.from, to: step.from, program, code: 'no-binary', params: { binary }, error: notInPath(binary) })
      return { steps: out, whole: false }
    }
    out.push(step)
    if (begins && wrong) {
      const params = { type: step.program, version: list.cniVersion }
      out.push({ from: 'plugin', to: 'libcni', program: step.program, code: 'bad-version', params, error: wrongVersion(list.cniVersion) })
      return { steps: out, whole: false }
    }
  }
  return { steps: out, whole: true }
}
