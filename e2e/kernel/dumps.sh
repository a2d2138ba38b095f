#!/bin/sh
# Records what real tools print on nodes that this script builds from network namespaces: src/testing/captured/dumps/.
# Root, iproute2, iptables, nft, conntrack, curl, python3; the rules of kube-proxy and flanneld come from our own labs.
# Usage: e2e/kernel/dumps.sh OUT
set -eu
cd "$(dirname "$0")/../.."
out=$1
walk() { node "${PACKETWALK:-scripts/packetwalk.mjs}" "$@"; }
in_ns() { ip netns exec "$@"; }
tmp=$(mktemp -d)
trap 'for n in pw-node pw-peer pw-a pw-b pw-bare; do ip netns del $n 2>/dev/null || true; done; rm -rf "$tmp"' EXIT
for n in pw-node pw-peer pw-a pw-b; do ip netns add $n; ip -n $n link set lo up; done

# A node of flannel with two pods on cni0, and the node beside it on one wire.
ip link add pw-n type veth peer name pw-p
ip link set pw-n netns pw-node name eth0 address 02:00:00:00:00:11
ip link set pw-p netns pw-peer name eth0 address 02:00:00:00:00:12
ip -n pw-node addr add 192.168.56.11/24 dev eth0; ip -n pw-node link set eth0 up
ip -n pw-peer addr add 192.168.56.12/24 dev eth0; ip -n pw-peer addr add 192.168.56.1/24 dev eth0; ip -n pw-peer link set eth0 up
ip -n pw-node route add default via 192.168.56.1
ip -n pw-node link add cni0 type bridge
ip -n pw-node addr add 10.244.0.1/24 dev cni0; ip -n pw-node link set cni0 mtu 1450 up
ip -n pw-node link add flannel.1 address 02:00:00:00:f1:11 type vxlan id 1 local 192.168.56.11 dev eth0 dstport 8472 nolearning
ip -n pw-node addr add 10.244.0.0/32 dev flannel.1; ip -n pw-node link set flannel.1 mtu 1450 up
ip -n pw-node route add 10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink
ip -n pw-node neigh add 10.244.1.0 lladdr 02:00:00:00:f1:12 dev flannel.1 nud permanent
bridge -n pw-node fdb append 02:00:00:00:f1:12 dev flannel.1 dst 192.168.56.12
for p in a b; do
  ip -n pw-node link add veth$p type veth peer name eth0 netns pw-$p
  ip -n pw-node link set veth$p master cni0 mtu 1450 up; bridge -n pw-node link set dev veth$p hairpin on
  ip -n pw-$p addr add 10.244.0.$([ $p = a ] && echo 2 || echo 3)/24 dev eth0; ip -n pw-$p link set eth0 mtu 1450 up
  ip -n pw-$p route add default via 10.244.0.1
done
in_ns pw-node sysctl -qw net.ipv4.ip_forward=1

mkdir -p "$out/flannel-node" "$out/flannel-node-legacy" "$out/listings" "$out/nftables-mode" "$out/docker-host" \
  "$out/vpc-routed-pods" "$out/policy-host" "$out/firewall-nft" "$out/dual-stack" "$out/policy-routes"
walk show e2e/kernel/dumps.yaml --node node-1 iptables-save >"$tmp/rules"
in_ns pw-node iptables-nft-restore "$tmp/rules"
in_ns pw-a python3 -m http.server 8080 --bind 0.0.0.0 >/dev/null 2>&1 & server=$!
in_ns pw-b python3 -m http.server 8080 --bind 0.0.0.0 >/dev/null 2>&1 & other=$!
sleep 1
for _ in 1 2 3 4; do in_ns pw-b curl -s -o /dev/null --max-time 2 http://10.96.10.10/ || true; done
in_ns pw-node curl -s -o /dev/null --max-time 2 http://10.96.10.10/ || true
in_ns pw-b python3 -c 'import socket; socket.socket(2, 2).sendto(b"x", ("10.244.1.9", 5353))'
d=$out/flannel-node
in_ns pw-node iptables-nft-save >"$d/iptables-save.txt"
in_ns pw-node iptables-nft-save -c >"$d/iptables-save-c.txt"
in_ns pw-node ip addr >"$d/ip-addr.txt"
in_ns pw-node ip -d link >"$d/ip-d-link.txt"
in_ns pw-node ip route >"$d/ip-route.txt"
in_ns pw-node ip route show table all >"$d/ip-route-all.txt"
in_ns pw-node ip neigh >"$d/ip-neigh.txt"
in_ns pw-node ip rule >"$d/ip-rule.txt"
in_ns pw-node bridge fdb >"$d/bridge-fdb.txt"
in_ns pw-node bridge -d link >"$d/bridge-link.txt"
in_ns pw-node conntrack -L >"$d/conntrack.txt" 2>"$d/conntrack-summary.txt"
in_ns pw-node sysctl net.ipv4.ip_forward net.ipv4.conf.all.rp_filter net.ipv4.conf.eth0.rp_filter >"$d/sysctl.txt"
d=$out/listings
in_ns pw-node iptables-nft -t nat -L -n -v >"$d/nat-Lnv.txt"
in_ns pw-node iptables-nft -t nat -L -n --line-numbers >"$d/nat-Ln-numbers.txt"
in_ns pw-node iptables-nft -L -n -v -x >"$d/filter-Lnvx.txt"
in_ns pw-node iptables-nft -t nat -S >"$d/nat-S.txt"
in_ns pw-node iptables-nft -S >"$d/filter-S.txt"
in_ns pw-node nft list ruleset >"$d/nft-of-iptables-nft.txt"
kill $server $other

# This kernel may have no dummy devices: one end of a veth pair will do as a card.
card() { ip -n pw-bare link add $1 type veth peer name $1-wire; ip -n pw-bare link set $1-wire up; ip -n pw-bare link set $1 up; }
bare() { ip netns del pw-bare 2>/dev/null || true; ip netns add pw-bare; ip -n pw-bare link set lo up; }
bare
in_ns pw-bare iptables-legacy-restore "$tmp/rules"
in_ns pw-bare iptables-legacy-save >"$out/flannel-node-legacy/iptables-save.txt"

bare
walk show e2e/kernel/dumps.yaml --proxy nftables --node node-1 nft list ruleset >"$tmp/nft"
in_ns pw-bare nft -f "$tmp/nft"
in_ns pw-bare nft list ruleset >"$out/nftables-mode/nft-list-ruleset.txt"

bare
in_ns pw-bare iptables-legacy-restore e2e/kernel/dumps/docker-host.rules
in_ns pw-bare iptables-legacy-save >"$out/docker-host/iptables-save.txt"
ip -n pw-bare link add docker0 type bridge; ip -n pw-bare addr add 172.17.0.1/16 brd + dev docker0; ip -n pw-bare link set docker0 up
card ens160; ip -n pw-bare addr add 203.0.113.5/24 dev ens160
ip -n pw-bare route add default via 203.0.113.1
in_ns pw-bare ip route >"$out/docker-host/ip-route.txt"
in_ns pw-bare ip -br addr >"$out/docker-host/ip-br-addr.txt"
in_ns pw-bare ip addr >"$out/docker-host/ip-addr.txt"

bare
d=$out/vpc-routed-pods
in_ns pw-bare iptables-nft-restore e2e/kernel/dumps/vpc.rules
in_ns pw-bare iptables-nft -t nat -S >"$d/nat-S.txt"
in_ns pw-bare iptables-nft -t mangle -S >"$d/mangle-S.txt"
card eth0; ip -n pw-bare addr add 172.31.23.106/20 brd + dev eth0
ip -n pw-bare route add default via 172.31.16.1
for n in 1 2; do
  ip -n pw-bare link add eni$n type veth peer name pod$n; ip -n pw-bare link set eni$n up; ip -n pw-bare link set pod$n up
  ip -n pw-bare route add 172.31.20.$n dev eni$n scope link
  ip -n pw-bare rule add to 172.31.20.$n lookup main priority 512
done
ip -n pw-bare rule add fwmark 0x80/0x80 lookup main priority 1024
ip -n pw-bare neigh add 172.31.16.1 lladdr 0a:00:00:00:00:01 dev eth0 nud reachable
in_ns pw-bare ip addr >"$d/ip-addr.txt"; in_ns pw-bare ip route >"$d/ip-route.txt"; in_ns pw-bare ip rule >"$d/ip-rule.txt"; in_ns pw-bare ip neigh >"$d/ip-neigh.txt"

bare
in_ns pw-bare iptables-nft-restore e2e/kernel/dumps/policy-host.rules
in_ns pw-bare iptables-nft-save >"$out/policy-host/iptables-save.txt"

bare
in_ns pw-bare nft -f e2e/kernel/dumps/firewall.nft
in_ns pw-bare nft list ruleset >"$out/firewall-nft/nft-list-ruleset.txt"
in_ns pw-bare nft -a list ruleset >"$out/firewall-nft/nft-a-list-ruleset.txt"

bare
in_ns pw-bare iptables-legacy-restore e2e/kernel/dumps/dual-4.rules
in_ns pw-bare ip6tables-legacy-restore e2e/kernel/dumps/dual-6.rules
{ in_ns pw-bare iptables-legacy-save; in_ns pw-bare ip6tables-legacy-save; } >"$out/dual-stack/both.txt"
card eth0
ip -n pw-bare addr add 192.168.56.11/24 brd + dev eth0; ip -n pw-bare addr add fd00:56::11/64 dev eth0 nodad
ip -n pw-bare -6 route add default via fd00:56::1
in_ns pw-bare ip -6 route >"$out/dual-stack/ip-6-route.txt"; in_ns pw-bare ip addr >"$out/dual-stack/ip-addr.txt"

bare
d=$out/policy-routes
for n in 0 1; do card eth$n; ip -n pw-bare addr add 10.$n.0.5/24 brd + dev eth$n; done
ip -n pw-bare route add default via 10.0.0.1 metric 100
ip -n pw-bare route add default via 10.1.0.1 table 100
ip -n pw-bare route add blackhole 10.244.166.128/26 proto 12
ip -n pw-bare route add unreachable 10.99.0.0/16 metric 4278198272
ip -n pw-bare route add 10.9.0.0/16 via 10.0.0.9 mtu 1400
ip -n pw-bare route add 10.8.0.0/16 nexthop via 10.0.0.8 weight 1 nexthop via 10.1.0.8 weight 1
ip -n pw-bare rule add from 10.1.0.5 lookup 100 priority 1000
in_ns pw-bare ip route >"$d/ip-route.txt"; in_ns pw-bare ip rule >"$d/ip-rule.txt"; in_ns pw-bare ip route show table 100 >"$d/ip-route-table-100.txt"
in_ns pw-bare ip addr >"$d/ip-addr.txt"
