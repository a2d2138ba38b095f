#!/usr/bin/env bash
# Runs the machine that build.sh made, until $2/share/stop is there.
set -euo pipefail
rm -f "$2"/share/stop "$2"/share/in/* "$2"/share/out/*
exec qemu-system-x86_64 -accel tcg -cpu max -nic none -m 1500 -nographic -no-reboot -kernel "$1"/boot/vmlinuz-* -initrd "$2/initrd.gz" \
  -append 'console=ttyS0 quiet panic=1' -fsdev local,id=s,path="$2/share",security_model=none -device virtio-9p-pci,fsdev=s,mount_tag=share \
  < /dev/null > "$2/vm.log" 2>&1
