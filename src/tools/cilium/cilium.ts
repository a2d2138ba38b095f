import type { CiliumBpf } from '../../agents/cni/cilium/cilium.ts'
import type { Bpf } from '../../kernel/bpf/ast.ts'
import { failed, notModelled, type Tool } from '../tool.ts'
import { ciliumLists } from './late.ts'

/** What the agent attached has its maps with it. */
const isCilium = (bpf: Bpf | undefined): bpf is CiliumBpf => bpf !== undefined && 'cilium' in bpf

/**
 * `cilium bpf …` as the agent's own program prints it on a node (`cilium-dbg` since 1.15): lists of load balancing, connections, addresses, policies,
 * NAT and endpoints. The formats are those of public listings of 1.17; what the model does not keep is left out (FIDELITY.md).
 */
const toolNamed = (name: 'cilium' | 'cilium-dbg'): Tool => ({
  name,
  run({ netns, flows }, argv) {
    const { bpf } = netns
    if (!isCilium(bpf) || flows === undefined) return failed(1, `packetwalk: ${name}: no cilium-agent runs here`)
    const lists = ciliumLists.get()
    const { cilium: maps } = bpf
    const [area, what, verb, ...rest] = argv
    const words = rest.filter((w) => !w.startsWith('-'))
    const has = (flag: string): boolean => rest.includes(flag)
    if (area !== 'bpf') return notModelled(name, argv.join(' '))
    const command = `${what ?? ''} ${verb ?? ''}`
    if (/^(lb|ipcache|nat|endpoint) (list|ls)$/.test(command) && (rest.length === 0 || (what === 'lb' && has('--revnat')))) {
      if (what === 'lb') return has('--revnat') ? lists.reverse(maps) : lists.services(maps)
      if (what === 'ipcache') return lists.addresses(maps)
      return what === 'nat' ? lists.translations(flows) : lists.endpoints(maps, netns)
    }
    if (/^ct (list|ls)$/.test(command) && words[0] === 'global') return lists.connections(flows)
    if (/^policy (get|list|ls)$/.test(command)) return lists.policies(maps, words[0], has('--all'), has('-n') || has('--numeric'))
    return notModelled(name, argv.join(' '))
  },
})

export const cilium: Tool = toolNamed('cilium')
export const ciliumDbg: Tool = toolNamed('cilium-dbg')
