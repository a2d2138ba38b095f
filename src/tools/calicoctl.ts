import { type BgpPeer, failed, notModelled, printed, type Tool } from './tool.ts'

const HEADS = ['PEER ADDRESS', 'PEER TYPE', 'STATE', 'SINCE', 'INFO'] as const
/** The table's cells break between words where they are longer (tablewriter's default). */
const WIDEST = 30

/** Order of BIRD's configuration: confd writes the mesh first, then global peers, then those of a node. */
const ORDER: readonly BgpPeer['type'][] = ['node-to-node mesh', 'global', 'node specific']

/**
 * What BIRD says of a session (its state machine, and the reason of its last end). A session that is down goes through several states;
 * this is the one in which it stays longest: waiting to be called, calling a machine that says nothing, or hung up on.
 */
function infoOf({ passive, down }: BgpPeer): string {
  if (down === undefined) return 'Established'
  switch (down) {
    case 'wrong-as':
      return 'Active Socket: Connection closed'
    case 'no-answer':
      return passive ? 'Passive' : 'Connect'
  }
}

function broken(text: string): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= WIDEST) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

function tableOf(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEADS.map((head, c) => Math.max(head.length, ...rows.map((row) => Math.min(WIDEST, row[c]?.length ?? 0))))
  const rule = `+${widths.map((w) => '-'.repeat(w + 2)).join('+')}+`
  const centred = (text: string, w: number): string => text.padStart(text.length + Math.floor((w - text.length) / 2)).padEnd(w)
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, c) => cell.padEnd(widths[c] ?? 0)).join(' | ')} |`
  const body = rows.flatMap((row) => {
    const cells = row.map(broken)
    const high = Math.max(...cells.map((cell) => cell.length))
    return Array.from({ length: high }, (_, i) => line(cells.map((cell) => cell[i] ?? '')))
  })
  return [rule, line(HEADS.map((head, c) => centred(head, widths[c] ?? 0))), rule, ...body, rule]
}

/**
 * `calicoctl node status` (calicoctl/commands/node/status.go): what it makes of BIRD's `show protocols`. SINCE is a time of day on the
 * lab's clock, on which every session began at 0.
 */
export const calicoctl: Tool = {
  name: 'calicoctl',
  run(ctx, argv) {
    if (argv.join(' ') !== 'node status') return notModelled('calicoctl', argv.join(' '))
    const peers = ctx.bgp?.()
    if (peers === undefined) return failed(1, 'packetwalk: calicoctl: no BIRD runs here')
    const rows = [...peers]
      .sort((a, b) => ORDER.indexOf(a.type) - ORDER.indexOf(b.type))
      .map((one) => [one.peerAddress, one.type, one.down === undefined ? 'up' : 'start', '00:00:00', infoOf(one)])
    const table = rows.length === 0 ? ['No IPv4 peers found.'] : tableOf(rows)
    return printed(['Calico process is running.', '', 'IPv4 BGP status', ...table, '', 'IPv6 BGP status', 'No IPv6 peers found.', ''])
  },
}
