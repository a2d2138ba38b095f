import { bridge } from './bridge/bridge.ts'
import { calicoctl } from './calicoctl.ts'
import { cat } from './cat.ts'
import { cilium, ciliumDbg } from './cilium/cilium.ts'
import { conntrack } from './conntrack/conntrack.ts'
import { env } from './env.ts'
import { ip } from './ip/ip.ts'
import { ipset } from './ipset/ipset.ts'
import { ip6tables, iptables } from './iptables/iptables.ts'
import { ip6tablesSave, iptablesSave } from './iptables/save.ts'
import { ipvsadm } from './ipvsadm/ipvsadm.ts'
import { kubectl } from './kubectl-logs.ts'
import { nft } from './nft.ts'
import { failed, type Tool, type ToolContext, type ToolResult } from './tool.ts'

/** Every tool that `show` knows, one line each. */
export const TOOLS: readonly Tool[] = [
  iptablesSave,
  ip6tablesSave,
  iptables,
  ip6tables,
  ip,
  bridge,
  conntrack,
  nft,
  ipset,
  ipvsadm,
  cat,
  env,
  kubectl,
  calicoctl,
  cilium,
  ciliumDbg,
]

/** Runs a command line as an operator types it on this machine. */
export function runTool(ctx: ToolContext, argv: readonly string[]): ToolResult {
  const [name = '', ...rest] = argv
  const tool = TOOLS.find((t) => t.name === name)
  if (tool !== undefined) return tool.run(ctx, rest)
  return failed(2, `packetwalk: ${name}: no such tool here; known are ${TOOLS.map((t) => t.name).join(', ')}`)
}
