package atoll.doctor.fault;

import atoll.doctor.evidence.Expected;
import atoll.doctor.repair.Patient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Faults of the tap, brought about with the tools an operator has.
final class TapFaults {
  private static final String TAP = Expected.TAP;

  private TapFaults() {}

  static List<Fault> all() {
    return List.of(
        new Fault("tap.down", p -> set(p, "down"), Patient::furnish),
        Fault.lasting("tap.missing", p -> p.inside("ip", "link", "del", TAP)),
        Fault.lasting("tap.recreated", TapFaults::recreate),
        new Fault("tap.moved", TapFaults::move, TapFaults::moveBack),
        new Fault("tap.renamed", TapFaults::rename, TapFaults::nameBack),
        new Fault("tap.wrong_mac", p -> set(p, "address", "02:FC:00:00:00:99"), Patient::furnish),
        new Fault("tap.enslaved", TapFaults::enslave, TapFaults::free),
        new Fault("tap.mtu", p -> set(p, "mtu", "900"), p -> set(p, "mtu", "1500")),
        new Fault("tap.no_carrier", p -> set(p, "carrier", "off"), p -> set(p, "carrier", "on")),
        new Fault(
            "tap.arp_off",
            p -> set(p, "arp", "off"),
            p -> {
              set(p, "arp", "on");
              p.pinNeighbour();
            }),
        new Fault(
            "tap.queue_tiny", p -> set(p, "txqueuelen", "1"), p -> set(p, "txqueuelen", "1000")));
  }

  private static void set(Patient p, String... what) throws IOException {
    var words = new java.util.ArrayList<>(List.of("ip", "link", "set", TAP));
    words.addAll(List.of(what));
    p.inside(words.toArray(String[]::new));
  }

  private static void recreate(Patient p) throws IOException {
    p.inside("ip", "link", "del", TAP);
    p.inside("ip", "tuntap", "add", TAP, "mode", "tap");
    p.furnish();
  }

  private static String room(Patient p) {
    return "lost-" + p.seen().subject().slot();
  }

  private static void move(Patient p) throws IOException {
    p.host("ip", "netns", "add", room(p));
    set(p, "netns", room(p));
    p.host("ip", "-n", room(p), "link", "set", TAP, "up");
  }

  /// The room goes even if a repair has brought the tap back before.
  private static void moveBack(Patient p) throws IOException {
    Path where = Expected.ANCHORS.resolve(room(p));
    try {
      p.inside(where, "ip", "link", "set", TAP, "netns", p.slotName());
    } catch (IOException backAlready) {
      System.getLogger(TapFaults.class.getName())
          .log(System.Logger.Level.DEBUG, "undo", backAlready);
    }
    p.furnish();
    p.host("ip", "netns", "del", room(p));
  }

  private static void rename(Patient p) throws IOException {
    set(p, "down");
    set(p, "name", "cable0");
    p.inside("ip", "link", "set", "cable0", "up");
  }

  private static void nameBack(Patient p) throws IOException {
    p.inside("ip", "link", "set", "cable0", "down");
    p.inside("ip", "link", "set", "cable0", "name", TAP);
    p.furnish();
  }

  private static void enslave(Patient p) throws IOException {
    p.inside("ip", "link", "add", "br-fault", "type", "bridge", "stp_state", "0");
    p.inside("ip", "link", "set", "br-fault", "up");
    set(p, "master", "br-fault");
  }

  private static void free(Patient p) throws IOException {
    set(p, "nomaster");
    p.inside("ip", "link", "del", "br-fault");
    p.furnish();
  }
}
