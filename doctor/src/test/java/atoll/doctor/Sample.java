package atoll.doctor;

import atoll.doctor.evidence.ApiFacts;
import atoll.doctor.evidence.DiskFacts;
import atoll.doctor.evidence.Ending;
import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import atoll.doctor.evidence.GroupFacts;
import atoll.doctor.evidence.GuestFacts;
import atoll.doctor.evidence.HostFacts;
import atoll.doctor.evidence.MonitorFacts;
import atoll.doctor.evidence.ProbeFacts;
import atoll.doctor.evidence.SeatFacts;
import atoll.doctor.evidence.SlotFacts;
import atoll.doctor.evidence.SlotFacts.Elsewhere;
import atoll.doctor.evidence.SlotFacts.FilterRule;
import atoll.doctor.evidence.Subject;
import atoll.linux.net.Cidr;
import atoll.linux.net.Link;
import atoll.linux.net.Mac;
import atoll.linux.net.NetworkView;
import atoll.linux.net.NetworkView.Address;
import atoll.linux.net.NetworkView.Neighbour;
import atoll.linux.net.NetworkView.Port;
import atoll.linux.net.NetworkView.Qdisc;
import atoll.linux.net.NetworkView.Route;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Evidence of a healthy sandbox, and of one with parts exchanged.
final class Sample {
  static final long SLOT_INODE = 4026532001L;
  static final long OTHER_INODE = 4026532099L;
  static final Subject SUBJECT =
      new Subject("iabc", "iabc-7", Path.of("/h/sandboxes/iabc-7"), 4711, 99, 5, true);
  static final ProbeFacts ANSWERS =
      new ProbeFacts(
          "02:FC:00:00:00:05",
          3,
          true,
          "open",
          "02:FC:00:00:00:06",
          "connected",
          204,
          12,
          "",
          4,
          80,
          0,
          9,
          0,
          90);
  static final ProbeFacts SILENT =
      new ProbeFacts("", -1, false, "", "", "timeout", 0, -1, "", 4, 80, 0, 0, 0, 800);

  HostFacts host =
      new HostFacts(
          true,
          1000,
          "S",
          0,
          8L << 30,
          16L << 30,
          1,
          2,
          5,
          300,
          32768,
          1000,
          100_000,
          true,
          Map.of("net/ipv4/ip_forward", "1"));
  List<FilterRule> drops = List.of();
  boolean anchorExists = true;
  boolean anchorBound = true;
  NetworkView view = view(tap(1, true, true, Expected.HOST_MAC));
  List<Elsewhere> elsewhere = List.of();
  SeatFacts seat = null;
  MonitorFacts monitor = monitor(SLOT_INODE, Map.of(10, "tap0"), "S");
  ApiFacts api = ApiFacts.NONE;
  Ending ending = null;
  GroupFacts group = new GroupFacts(true, "", 1L << 30, 100 << 20, 0, 1.5, 0, 5, 256, 1024);
  DiskFacts disk =
      new DiskFacts(
          true,
          true,
          true,
          "/t/disk.raw",
          true,
          false,
          Expected.FIRST_UID + 5,
          true,
          true,
          true,
          50L << 30,
          100L << 30,
          1 << 20,
          1 << 21,
          false);
  List<String> console = List.of();
  ProbeFacts probe = ANSWERS;
  GuestFacts guest =
      new GuestFacts(
          true, "", true, true, false, 60, 10, 300_000, 490_000, 0.1, true, true, 0, true, true,
          List.of());

  static Port tap(int index, boolean up, boolean carrier, Mac mac) {
    var link =
        new Link(index, "tap0", up ? 0x1043 : 0x1042, carrier, 1, 1500, mac, Link.Counters.NONE);
    return new Port(link, "tun", new NetworkView.Tun(true, true, false, 0), 0, -1, 1000, null);
  }

  static Port ownTap(int index) {
    var link =
        new Link(index, "tap0", 0x1002, true, 1, 1500, Expected.HOST_MAC, Link.Counters.NONE);
    return new Port(link, "tun", new NetworkView.Tun(true, false, false, 0), 0, -1, 1000, null);
  }

  static NetworkView view(Port... ports) {
    return new NetworkView(
        List.of(ports),
        List.of(new Address(1, Expected.HOST.address(), 30)),
        List.of(new Route(Cidr.parse("169.254.0.20/30"), 1, 254, 1, null)),
        List.of(new Neighbour(1, Expected.GUEST, Expected.GUEST_MAC, 0x80)),
        List.of(new Qdisc(1, "fq_codel")),
        List.of());
  }

  static MonitorFacts monitor(long namespace, Map<Integer, String> taps, String state) {
    return new MonitorFacts(
        true,
        state,
        namespace,
        taps,
        List.of(state, "S"),
        100,
        Map.of("", "/atoll/x-iabc-7"),
        0,
        0,
        0,
        Expected.FIRST_UID + 5,
        1,
        512,
        500,
        List.of(),
        List.of());
  }

  Evidence evidence() {
    var slot =
        new SlotFacts(
            anchorExists,
            anchorBound,
            anchorBound ? SLOT_INODE : 0,
            view,
            !anchorBound,
            Optional.empty(),
            Map.of(),
            drops,
            elsewhere,
            seat);
    return new Evidence(
        SUBJECT, host, slot, monitor, api, group, disk, console, probe, guest, ending, List.of());
  }

  Diagnosis diagnosis() {
    return Doctor.judge(evidence(), 1);
  }

  String cause() {
    var cause = diagnosis().cause();
    return cause == null ? "" : cause.failure().id();
  }
}
