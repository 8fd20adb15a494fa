package atoll.protocol.node;

import atoll.core.SandboxId;
import atoll.core.Timeline;

/// The host's side of one sandbox. Paths are absolute on the node. Fields are part of the command
/// line's JSON.
///
/// @param network null outside shared networks
/// @param cgroup where its VMM is limited, one path per controller group, separated by commas on
///   version 1
public record SandboxInspection(
    SandboxId sandboxId,
    Slot slot,
    Network network,
    Vmm vmm,
    Disk disk,
    Memory memory,
    String cgroup,
    Timeline timeline) {
  /// @param veth name of the host's end, or null without egress
  public record Slot(
      int index, String netns, String tap, String hostAddress, String guestAddress, String veth) {}

  /// The seat in a shared network.
  ///
  /// @param address the guest's, with the network's length
  /// @param gateway the host's
  /// @param mac what others in the network see
  /// @param port name of the host's link, a port of `bridge`
  public record Network(
      String name, String address, String gateway, String mac, String bridge, String port) {}

  /// @param qmp path of the control socket
  public record Vmm(String kind, String accelerator, long pid, String qmp, String console) {}

  /// The sandbox's own overlay and the template's read-only base under it.
  public record Disk(String overlay, String base) {}

  /// The template's memory file, mapped privately, and the guest's size.
  public record Memory(String file, long mib) {}
}
