#!/bin/sh
# The first program of a guest. Ends by becoming the init of the root disk, or by stopping the machine.
export PATH=/bin

die() {
  echo "atoll-initramfs: $*"
  echo "atoll-initramfs: stopping the machine"
  reboot -f
  poweroff -f
  exit 1 # PID 1 ending is a panic: the monitor sees that too
}

. /network.sh

mount -t devtmpfs dev /dev || die "cannot mount devtmpfs"
exec </dev/console >/dev/console 2>&1
mount -t proc proc /proc || die "cannot mount proc"
mount -t sysfs sys /sys || die "cannot mount sysfs"

for module in /modules/*; do
  insmod "$module" || die "cannot load ${module#/modules/}"
done

root=/dev/vda
init=/usr/lib/atoll/init
for argument in $(cat /proc/cmdline); do
  case $argument in
    ip=*) apply_ip "${argument#ip=}" ;;
    root=/dev/*) root=${argument#root=} ;;
    init=/*) init=${argument#init=} ;;
  esac
done

# A probe of the disk runs beside us: there is no event to wait for in a shell. 100 rounds of 50 ms at most.
round=0
while [ ! -b "$root" ]; do
  round=$((round + 1))
  [ "$round" -le 100 ] || die "no disk $root appeared within 5 s"
  sleep 0.05
done

mount -t ext4 -o rw,noatime "$root" /root || die "cannot mount $root: no ext4, or damaged"
[ -x "/root$init" ] || [ -L "/root$init" ] || die "$root has no $init"
for folder in dev proc sys; do
  mount --move "/$folder" "/root/$folder" || die "cannot move /$folder into the root"
done
exec switch_root /root "$init"
die "cannot run $init"
