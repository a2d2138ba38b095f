import { ethOf } from '../../net/packet.ts'
import { isGroupMac } from '../neighbour.ts'
import { drop, note, type Place, unmodelled } from '../run.ts'
import type { Datapath, Flow, FlowKey, Flows } from './ast.ts'

const hex = (n: number): string => `0x${n.toString(16)}`

/** As `ovs-dpctl dump-flows --names` prints a flow, without what it has counted. */
function flowText({ inPort, src, dst, tunnel }: FlowKey, local: string, { actions }: Flow): string {
  const from = tunnel === undefined ? '' : `tunnel(tun_id=${hex(tunnel.id)},src=${tunnel.remote},dst=${local}),`
  const done = actions.map((a) =>
    a.do === 'output' ? a.port : `set(tunnel(tun_id=${hex(a.id)},src=${a.src},dst=${a.dst},ttl=64,flags(df)))`,
  )
  return `${from}in_port(${inPort}),eth(src=${src},dst=${dst}), actions:${done.join(',') || 'drop'}`
}

/** netdev_frame_hook and ovs_dp_process_packet: a frame at a port of the datapath goes where its flow says. No hook of netfilter is run here. */
export function receiveBy(dev: string, flows: Flows): Datapath['receive'] {
  return (run, place) => {
    const at = { netns: place.netns, device: dev }
    const { tunnelKey, ...skb } = place.skb
    const eth = ethOf(skb.packet)
    if (eth === undefined || isGroupMac(eth.dst)) return unmodelled(run, place, 'broadcast and multicast frames')
    const tunnel = tunnelKey && { id: tunnelKey.id, remote: tunnelKey.remote }
    const key = { inPort: place.dev, src: eth.src, dst: eth.dst, ...(tunnel && { tunnel }) }
    const flow = flows(key)
    if (typeof flow === 'string') return unmodelled(run, place, flow)
    const out = flow.actions.find((a) => a.do === 'output')
    const to = flow.actions.find((a) => a.do === 'set-tunnel')
    const here: Place = { ...place, skb: to ? { ...skb, tunnelKey: { remote: to.dst, id: to.id, ovs: true } } : skb }
    note(run, here, {
      kind: 'fdb',
      bridge: dev,
      mac: eth.dst,
      flooded: [],
      at,
      flow: flowText(key, tunnelKey?.local ?? '', flow),
      ...(out && { port: out.port }),
      ...(flow.because === undefined ? {} : { because: flow.because }),
    })
    if (!out) return drop(run, here, { kind: 'dropped', reason: 'not-my-mac' }, at)
    return [{ journey: here.journey, netns: here.netns, skb: here.skb, at: 'transmit', dev: out.port }]
  }
}
