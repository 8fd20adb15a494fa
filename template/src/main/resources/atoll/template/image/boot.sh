#!/usr/lib/atoll/sh
# Runs once, before the agent: mounts what programs expect and sets the kernel's knobs. Every line works again if repeated.
bb=/usr/lib/atoll/busybox
mounted() { $bb grep -q "^[^ ]* $1 " /proc/mounts 2>/dev/null; }
try() { "$@" || echo "atoll-boot: failed: $*"; }

mounted /proc || try $bb mount -t proc -o nosuid,nodev,noexec proc /proc
mounted /sys || try $bb mount -t sysfs -o nosuid,nodev,noexec sys /sys
mounted /dev || try $bb mount -t devtmpfs -o nosuid,mode=0755 dev /dev
$bb mkdir -p /dev/pts /dev/shm
try $bb mount -t devpts -o nosuid,noexec,gid=5,mode=0620,ptmxmode=0666 devpts /dev/pts
try $bb mount -t tmpfs -o nosuid,nodev,mode=1777 shm /dev/shm
try $bb mount -t tmpfs -o nosuid,nodev,mode=0755 run /run
$bb mkdir -p -m 1777 /run/lock
[ -e /dev/fd ] || $bb ln -s /proc/self/fd /dev/fd
[ -e /dev/fuse ] && $bb chmod 0666 /dev/fuse

# The agent puts processes into groups of this hierarchy. One write each: a controller that is missing spoils no other.
try $bb mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 /sys/fs/cgroup
# Moving a process into its group then costs no grace period of the kernel's: every command is moved once.
try $bb mount -o remount,nosuid,nodev,noexec,favordynmods /sys/fs/cgroup
for controller in cpu io memory pids; do
  echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control
done
$bb mkdir -p /sys/fs/cgroup/agent
for property in cpu.weight=1000 io.weight=1000 memory.min=52428800 memory.low=104857600; do
  [ -e "/sys/fs/cgroup/agent/${property%%=*}" ] && echo "${property#*=}" >"/sys/fs/cgroup/agent/${property%%=*}"
done

try $bb ip link set lo up
try $bb hostname -F /etc/hostname
echo 65536 >/proc/sys/fs/inotify/max_user_watches
echo '0 2147483647' >/proc/sys/net/ipv4/ping_group_range
# /tmp stays on the disk: memory is the scarcer of the two. Emptied, as a boot does.
$bb find /tmp -mindepth 1 -maxdepth 1 -exec $bb rm -rf {} +
exit 0
