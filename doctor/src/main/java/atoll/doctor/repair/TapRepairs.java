package atoll.doctor.repair;

import atoll.doctor.evidence.Expected;
import atoll.doctor.evidence.SlotFacts.Elsewhere;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// Puts a tap that the monitor still holds back to where and how it was.
final class TapRepairs {
  private static final String TAP = Expected.TAP;

  private TapRepairs() {}

  static Map<String, Repair> all() {
    return Map.of(
        "tap.down", Patient::furnish,
        "tap.wrong_mac", Patient::furnish,
        "tap.enslaved", p -> p.inside("ip", "link", "set", TAP, "nomaster"),
        "tap.mtu", p -> p.inside("ip", "link", "set", TAP, "mtu", Integer.toString(Expected.MTU)),
        "tap.no_carrier", p -> p.inside("ip", "link", "set", TAP, "carrier", "on"),
        "tap.arp_off", TapRepairs::answer,
        "tap.queue_tiny", p -> p.inside("ip", "link", "set", TAP, "txqueuelen", "1000"),
        "tap.renamed", TapRepairs::rename,
        "tap.moved", TapRepairs::bringBack);
  }

  private static void answer(Patient p) throws IOException {
    p.inside("ip", "link", "set", TAP, "arp", "on");
    p.pinNeighbour();
  }

  private static void rename(Patient p) throws IOException {
    String name =
        p.seen().monitor().taps().values().stream()
            .filter(n -> !n.isEmpty())
            .findFirst()
            .orElseThrow(() -> new IOException("the monitor holds no tap"));
    p.inside("ip", "link", "set", name, "down");
    p.inside("ip", "link", "set", name, "name", TAP);
    p.furnish();
  }

  private static void bringBack(Patient p) throws IOException {
    Elsewhere found =
        p.seen().slot().elsewhere().stream()
            .filter(t -> p.seen().monitor().holds(t.port().name()))
            .findFirst()
            .orElseThrow(() -> new IOException("the tap is in no namespace that has a name"));
    if (!Expected.HOST_MAC.equals(found.port().link().mac()))
      throw new IOException(
          "the tap in "
              + found.where()
              + " has "
              + found.port().link().mac()
              + " and may be somebody else's: it is left alone");
    if (p.seen().slot().tap().isPresent()) p.inside("ip", "link", "del", TAP);
    Path where =
        found.where().startsWith("/") ? Path.of(found.where()) : Path.of("/proc/self/ns/net");
    p.inside(where, "ip", "link", "set", found.port().name(), "netns", p.slotName(), "name", TAP);
    p.furnish();
  }
}
