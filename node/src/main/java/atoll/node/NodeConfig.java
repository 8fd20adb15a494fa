package atoll.node;

import atoll.core.Patience;
import atoll.core.Refusal;
import atoll.node.egress.SlotRange;
import atoll.template.image.GuestImages;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// What a node is opened with.
///
/// @param home absolute folder of all state; its parents must let other users pass through
/// @param slotsReady network slots kept in stock
/// @param slotsMost network slots at most, which bounds the sandboxes
/// @param startsAtOnce sandboxes that start side by side; the others wait in line
/// @param slotRange addresses between slots and host
/// @param vmm the monitor that is wanted
/// @param patience how many times longer than usual the parts of a start may take: for hosts that
///   are emulated themselves
/// @param agent brings the guest agent's bundle into being when a template is built
public record NodeConfig(
    Path home,
    int slotsReady,
    int slotsMost,
    int startsAtOnce,
    SlotRange slotRange,
    VmmChoice vmm,
    Patience patience,
    GuestImages.AgentSource agent) {
  private static final int LONGEST_HOME =
      48; // what a socket's 108 bytes leave besides our own names
  private static final int SLOTS_READY = 8;
  private static final int SLOTS_MOST = 250;

  public NodeConfig {
    home = home.toAbsolutePath().normalize();
    int length = home.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_HOME) {
      throw new Refusal.Invalid(
          "home_path_too_long",
          "the home "
              + home
              + " is "
              + length
              + " bytes long; at most "
              + LONGEST_HOME
              + ", since sockets lie in it; choose a shorter one");
    }
  }

  /// The usual sizes for this machine.
  public static NodeConfig of(Path home, GuestImages.AgentSource agent) {
    return of(home, SlotRange.USUAL, agent);
  }

  /// As above, for a host that uses the usual range itself.
  public static NodeConfig of(Path home, SlotRange range, GuestImages.AgentSource agent) {
    int processors = Math.max(2, Runtime.getRuntime().availableProcessors());
    return new NodeConfig(
        home, SLOTS_READY, SLOTS_MOST, processors, range, VmmChoice.AUTO, Patience.USUAL, agent);
  }

  public NodeConfig with(VmmChoice wanted) {
    return new NodeConfig(
        home, slotsReady, slotsMost, startsAtOnce, slotRange, wanted, patience, agent);
  }

  public NodeConfig with(Patience patient) {
    return new NodeConfig(
        home, slotsReady, slotsMost, startsAtOnce, slotRange, vmm, patient, agent);
  }
}
