# Applies one "ip=" kernel argument: client:server:gateway:mask:host:device:autoconf, as in the kernel's own
# nfsroot.rst, without its automatic kinds: a machine of ours is told its address and asks nobody.
# Sourced by /init. Needs die() and the ip command.

fields() {
  oldifs=$IFS
  IFS=:
  set -f
  set -- $1
  set +f
  IFS=$oldifs
  client=${1:-} gateway=${3:-} mask=${4:-} host=${5:-} device=${6:-} autoconf=${7:-}
}

ipv4() {
  case $1 in
    *[!0-9.]* | '' | .* | *. | *..*) return 1 ;;
    *.*.*.*.*) return 1 ;;
    *.*.*.*) return 0 ;;
  esac
  return 1
}

apply_ip() {
  fields "$1"
  ipv4 "$client" || die "ip=$1: '$client' is no IPv4 address"
  ipv4 "$mask" || die "ip=$1: '$mask' is no IPv4 netmask"
  [ -n "$device" ] || die "ip=$1: no device named"
  case $autoconf in
    off | none) ;;
    *) die "ip=$1: autoconf must be off, not '$autoconf'" ;;
  esac
  ip link set "$device" up || die "ip=$1: no device $device; is the virtio_net module loaded and a tap attached?"
  ip addr add "$client/$mask" dev "$device" || die "ip=$1: address refused"
  if [ -n "$gateway" ]; then
    ipv4 "$gateway" || die "ip=$1: '$gateway' is no IPv4 address"
    ip route add default via "$gateway" dev "$device" || die "ip=$1: gateway $gateway is not on the link"
  fi
  return 0
}
