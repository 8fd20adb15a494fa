#!/bin/sh
# Turns a fresh Debian tree into a guest. $1 is the tree, $2 the folder with the files that go in.
set -eu
tree=$1
files=$2

install -d -m 0755 "$tree/usr/lib/atoll" "$tree/usr/lib/atoll-agent"
install -m 0755 "$files/busybox" "$tree/usr/lib/atoll/busybox"
ln -sf busybox "$tree/usr/lib/atoll/init"
ln -sf busybox "$tree/usr/lib/atoll/sh"
install -m 0755 "$files/boot.sh" "$files/agent.sh" "$tree/usr/lib/atoll/"
install -m 0644 "$files/inittab" "$tree/etc/inittab"
install -m 0644 "$files/profile.sh" "$tree/etc/profile.d/atoll.sh"

echo atoll >"$tree/etc/hostname"
printf '127.0.0.1\tlocalhost atoll\n::1\tlocalhost ip6-localhost ip6-loopback\n' >"$tree/etc/hosts"
rm -f "$tree/etc/resolv.conf"
printf 'nameserver 8.8.8.8\nnameserver 1.1.1.1\n' >"$tree/etc/resolv.conf"
printf 'LANG=C.UTF-8\n' >"$tree/etc/default/locale"
: >"$tree/etc/machine-id"
: >"$tree/etc/fstab"

chroot "$tree" useradd --create-home --uid 1000 --user-group --shell /bin/bash user
chroot "$tree" passwd --quiet --delete root
printf 'user ALL=(ALL:ALL) NOPASSWD: ALL\n' >"$tree/etc/sudoers.d/user"
chmod 0440 "$tree/etc/sudoers.d/user"
install -d -m 0777 "$tree/code"
find "$tree/usr/local" -type d -exec chmod 0777 {} +

# A login shell asks who it is by starting a program, on every command that a client runs. The shell knows by itself.
sed -i 's/"$(id -u)"/"${EUID:-$(id -u)}"/' "$tree/etc/profile"

# What differs between two runs of the same build, and what nobody reads in a guest.
rm -rf "$tree"/var/log/apt "$tree"/var/log/*.log "$tree"/var/cache/debconf/*-old "$tree"/var/cache/ldconfig/* \
  "$tree"/var/lib/apt/lists/* "$tree"/var/lib/dpkg/*-old "$tree"/etc/*- "$tree"/usr/share/info "$tree"/usr/share/lintian
