import type { Link } from '../../kernel/machine.ts'
import type { ToolContext } from '../tool.ts'
import { carrier } from './link.ts'

/**
 * What `ip -d link` and `ip -d addr` add, as iproute2 6.1 prints it on a kernel of our own. Queues and offloads are those of one processor;
 * timers of a bridge stand at their beginning.
 */

/** Devices without a hardware of their own send packets of any length. */
const BOUNDS: Readonly<Record<Link['kind'], string>> = {
  loopback: 'minmtu 0 maxmtu 0',
  dummy: 'minmtu 0 maxmtu 0',
  ipip: 'minmtu 0 maxmtu 0',
  veth: 'minmtu 68 maxmtu 65535',
  bridge: 'minmtu 68 maxmtu 65535',
  vxlan: 'minmtu 68 maxmtu 65535',
  physical: 'minmtu 68 maxmtu 65535',
  openvswitch: 'minmtu 68 maxmtu 65535',
}

const CHECKSUMS = 'udpcsum noudp6zerocsumtx noudp6zerocsumrx'

function vxlan({ vni, local, underlay, dstport, flags = [] }: Link): string {
  const external = flags.includes('external')
  const head = external ? ['external', 'id 0'] : [`id ${vni ?? 0}`]
  const to = [...(local === undefined ? [] : [`local ${local}`]), ...(underlay === undefined || external ? [] : [`dev ${underlay}`])]
  const learning = flags.includes('nolearning') ? ['nolearning'] : []
  return ['vxlan', ...head, ...to, 'srcport 0 0', `dstport ${dstport ?? 8472}`, ...learning, 'ttl auto ageing 300', CHECKSUMS].join(' ')
}

const ipip = ({ dev, local, remote, ttl, pmtudisc }: Link): string =>
  // the kernel's own device carries any protocol, one that somebody adds IPv4
  `ipip ${dev === 'tunl0' ? 'any' : 'ipip'} remote ${remote ?? 'any'} local ${local ?? 'any'} ttl ${ttl ?? 'inherit'} ${pmtudisc ? '' : 'no'}pmtudisc`

function bridge({ mac }: Link): string {
  const id = `8000.${mac}`
  return `bridge forward_delay 1500 hello_time 200 max_age 2000 ageing_time 30000 stp_state 0 priority 32768 vlan_filtering 0 bridge_id ${id} designated_root ${id} root_port 0 root_path_cost 0 topology_change 0 topology_change_detected 0 hello_timer    0.00 tcn_timer    0.00 topology_change_timer    0.00 gc_timer    0.00 group_fwd_mask 0 group_address 01:80:c2:00:00:00 mcast_snooping 1 no_linklocal_learn 0 mcast_vlan_snooping 0 mcast_router 1 mcast_query_use_ifaddr 0 mcast_querier 0 mcast_hash_elasticity 16 mcast_hash_max 4096 mcast_last_member_count 2 mcast_startup_query_count 2 mcast_last_member_interval 100 mcast_membership_interval 26000 mcast_querier_interval 25500 mcast_query_interval 12500 mcast_query_response_interval 1000 mcast_startup_query_interval 3124 mcast_stats_enabled 0 mcast_igmp_version 2 mcast_mld_version 1 nf_call_iptables 0 nf_call_ip6tables 0 nf_call_arptables 0`
}

/** A port of a bridge, with the flag that hairpin traffic needs. */
function port(ctx: ToolContext, link: Link): string {
  const master = ctx.netns.links.find((one) => one.dev === link.master)
  if (master?.datapath !== undefined) return 'openvswitch_slave'
  const nth = ctx.netns.links.filter((one) => one.master === link.master && one.ifindex <= link.ifindex).length
  const on = (flag: boolean | undefined): string => (flag ? 'on' : 'off')
  const id = `8000.${master?.mac ?? '00:00:00:00:00:00'}`
  return `bridge_slave state ${carrier(ctx, link) ? 'forwarding' : 'disabled'} priority 32 cost 2 hairpin ${on(link.hairpin)} guard off root_block off fastleave off learning on flood on port_id 0x${(0x8000 + nth).toString(16)} port_no 0x${nth.toString(16)} designated_port ${0x8000 + nth} designated_cost 0 designated_bridge ${id} designated_root ${id} hold_timer    0.00 message_age_timer    0.00 forward_delay_timer    0.00 topology_change_ack 0 config_pending 0 proxy_arp off proxy_arp_wifi off mcast_router 1 mcast_fast_leave off mcast_flood on bcast_flood on mcast_to_unicast off neigh_suppress off group_fwd_mask 0 group_fwd_mask_str 0x0 vlan_tunnel off isolated ${on(link.isolated)} locked off`
}

function kindLine(link: Link): string | undefined {
  if (link.kind === 'vxlan') return vxlan(link)
  if (link.kind === 'ipip') return ipip(link)
  if (link.kind === 'bridge') return bridge(link)
  return link.kind === 'loopback' || link.kind === 'physical' ? undefined : link.kind
}

/** The link-layer line and what follows it; every line ends in a blank. `mode`: `ip link`, which tells addrgenmode, too. */
export function detailed(ctx: ToolContext, link: Link, macLine: string, mode: boolean): readonly string[] {
  const heard = link.master === undefined ? 0 : 1
  // a datapath asks its ports for all frames alone (net/openvswitch/vport-netdev.c), a bridge for all groups, too
  const groups = ctx.netns.links.some((one) => one.dev === link.master && one.datapath) ? 0 : heard
  const head = `${macLine} promiscuity ${heard}  allmulti ${groups} ${BOUNDS[link.kind]} `
  const sizes = 'gso_max_size 65536 gso_max_segs 65535 tso_max_size 524280 tso_max_segs 65535 gro_max_size 65536'
  const tail = `${mode ? 'addrgenmode eui64 ' : ''}numtxqueues 1 numrxqueues 1 ${sizes} `
  const kind = kindLine(link)
  if (link.master !== undefined) return [head, ...(kind === undefined ? [] : [`    ${kind} `]), `    ${port(ctx, link)} ${tail}`]
  return kind === undefined ? [head + tail] : [head, `    ${kind} ${tail}`]
}
