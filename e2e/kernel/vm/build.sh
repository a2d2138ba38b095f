#!/usr/bin/env bash
# A small machine with Debian's own kernel, which has what other kernels may lack (IPVS, IPIP, dummy): scenarios that this folder's scenario.py is
# given are walked there. Needs root's apt packages qemu-system-x86 busybox-static cpio kmod ipset ipvsadm iptables nftables conntrack python3, and
# a linux-image-*.deb unpacked (dpkg -x). KVM is not needed.
#
#   e2e/kernel/vm/build.sh UNPACKED /tmp/pwvm && e2e/kernel/vm/start.sh UNPACKED /tmp/pwvm &
#   PACKETWALK_VM=/tmp/pwvm PACKETWALK_RECORDER=e2e/kernel/vm/scenario.py npm run fuzz:kernel -- --only cni --cni calico-ipip
set -euo pipefail
image=${1:?directory with the unpacked linux-image package} work=${2:?directory to work in}
here=$(cd "$(dirname "$0")" && pwd)
image=$(cd "$image" && pwd)
root=$work/root
rm -rf "$root"
mkdir -p "$root"/{bin,sbin,usr/sbin,usr/bin,usr/lib/x86_64-linux-gnu/xtables,usr/lib/python3,proc,sys,dev,run/netns,tmp,etc,share,lib/m} "$work"/share/{lab,in,out}
cd "$root"
cp /bin/busybox bin/busybox
libraries() { { ldd "$1" 2>/dev/null || true; } | { grep -oE '/[^ ]+' || true; } | while read -r l; do mkdir -p ".$(dirname "$l")"; cp -nL "$l" ".$l"; done; }
python=$(PATH=/usr/bin:/bin readlink -f "$(PATH=/usr/bin:/bin command -v python3)")
for tool in ip bridge xtables-nft-multi nft ipset ipvsadm conntrack bash; do
  path=$(readlink -f "$(PATH=/usr/sbin:/usr/bin:/sbin:/bin command -v $tool)")
  cp -L "$path" usr/sbin/$tool
  libraries "$path"
done
cp -L "$python" usr/sbin/python3
libraries "$python"
for name in iptables ip6tables; do for what in '' -restore -save; do ln -sf xtables-nft-multi usr/sbin/$name-nft$what; done; done
cp /usr/lib/x86_64-linux-gnu/xtables/*.so usr/lib/x86_64-linux-gnu/xtables/
modules=$("$python" -c 'import os; print(os.path.dirname(os.__file__))')
mkdir -p ".$modules"
(cd "$modules" && cp -r ./*.py encodings json collections re importlib ctypes lib-dynload "$root$modules/")
for one in "$modules"/lib-dynload/*.so; do libraries "$one"; done
cp /etc/protocols /etc/services etc/
echo 'root:x:0:0::/:/bin/sh' > etc/passwd
version=$(ls "$image/lib/modules")
depmod -b "$image" "$version"
for m in virtio_pci 9pnet_virtio 9p af_packet veth bridge br_netfilter vxlan dummy ipip sctp \
  ip_set ip_set_hash_ip ip_set_hash_net ip_set_hash_netport ip_set_hash_ipport ip_set_hash_ipportip ip_set_hash_ipportnet ip_set_bitmap_port ip_set_list_set xt_set \
  ip_vs ip_vs_rr ip_vs_wrr ip_vs_lc ip_vs_wlc ip_vs_sed ip_vs_nq ip_vs_sh ip_vs_dh ip_vs_mh xt_ipvs \
  nf_tables nft_compat nft_ct nft_nat nft_masq nft_redir nft_log nft_limit nft_hash nft_numgen nft_chain_nat nft_reject nft_reject_ipv4 nft_reject_ipv6 nft_reject_inet \
  nft_fib_ipv4 nft_fib_ipv6 nft_fib_inet nf_conntrack_netlink nfnetlink_log nf_log_syslog \
  xt_comment xt_statistic xt_recent xt_nat xt_MASQUERADE xt_REDIRECT xt_mark xt_connmark xt_CT xt_conntrack xt_addrtype xt_tcpudp xt_multiport xt_physdev xt_limit \
  xt_TCPMSS xt_LOG xt_NFLOG xt_owner xt_sctp ipt_REJECT ip6t_REJECT ipt_rpfilter ip6t_rpfilter; do
  { modprobe -d "$image" -S "$version" --show-depends $m 2>/dev/null || true; } | awk '/^insmod/{print $2}' | while read -r k; do
    b=$(basename "$k")
    [ -e lib/m/"$b" ] || { cp "$k" lib/m/; echo "$b" >> modlist; }
  done
done
cat > init <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin 2>/dev/null
export PATH=/usr/sbin:/bin:/sbin:/usr/bin HOME=/ PYTHONDONTWRITEBYTECODE=1
mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs dev /dev; mount -t tmpfs tmpfs /run; mkdir -p /run/netns /dev/shm
for m in $(cat /modlist); do insmod /lib/m/$m 2>/tmp/e || echo "insmod $m: $(cat /tmp/e)"; done
ip link set lo up
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 share /share
echo "up: $(uname -r)"
cd /share/lab; python3 loop.py; poweroff -f
INIT
chmod +x init
find . | cpio -o -H newc --quiet | gzip -1 > "$work/initrd.gz"
cp "$here"/../*.py "$here/loop.py" "$work/share/lab/"
