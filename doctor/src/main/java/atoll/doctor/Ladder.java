package atoll.doctor;

import atoll.doctor.Hop.State;
import atoll.doctor.catalogue.Finding;
import atoll.doctor.catalogue.Layer;
import atoll.doctor.catalogue.Severity;
import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import atoll.doctor.evidence.ProbeFacts;
import atoll.linux.net.NetworkView.Port;
import java.util.ArrayList;
import java.util.List;

/// Draws the way from the host to the agent, each hop with the proof that it is whole.
final class Ladder {
  private final Evidence e;
  private final List<Finding> findings;

  private Ladder(Evidence e, List<Finding> findings) {
    this.e = e;
    this.findings = findings;
  }

  static List<Hop> of(Evidence e, List<Finding> findings) {
    var ladder = new Ladder(e, findings);
    var hops = new ArrayList<Hop>();
    for (Layer layer : Layer.values()) hops.add(ladder.hop(layer));
    return hops;
  }

  /// A hop without evidence: nothing is known of the sandbox.
  static List<Hop> unknown(String why) {
    var hops = new ArrayList<Hop>();
    for (Layer layer : Layer.values()) hops.add(new Hop(layer.hop(), State.UNKNOWN, why));
    return hops;
  }

  private Hop hop(Layer layer) {
    boolean broken =
        findings.stream()
            .anyMatch(f -> f.failure().layer() == layer && f.severity() == Severity.BREAKING);
    State proven = proven(layer) ? State.OK : State.UNKNOWN;
    return new Hop(layer.hop(), broken ? State.BROKEN : proven, evidence(layer));
  }

  private boolean proven(Layer layer) {
    boolean answers = e.probed().map(ProbeFacts::healthy).orElse(false);
    return switch (layer) {
      case HOST -> e.host().root();
      case VETH, NAMESPACE -> (e.slot().view() != null && !e.slot().viaMonitor()) || answers;
      case TAP ->
          answers
              || (e.slot().tap().filter(t -> t.link().up() && t.link().carrier()).isPresent()
                  && e.monitor().holds(Expected.TAP));
      case VMM -> e.monitor().alive();
      case GUEST -> e.probed().map(ProbeFacts::guestAnswered).orElse(false);
      case AGENT -> answers;
    };
  }

  private String evidence(Layer layer) {
    return switch (layer) {
      case HOST -> host();
      case VETH -> veth();
      case NAMESPACE -> namespace();
      case TAP -> tap();
      case VMM -> vmm();
      case GUEST -> guest();
      case AGENT -> agent();
    };
  }

  private String host() {
    String node = e.host().nodePid() == 0 ? "no node runs" : "node " + e.host().nodePid();
    return node
        + ", load "
        + e.host().load()
        + " on "
        + e.host().processors()
        + " processors, "
        + (e.host().memoryAvailable() >> 20)
        + " MiB free, disk "
        + (e.disk().free() >> 20)
        + " MiB free";
  }

  private String veth() {
    if (e.slot().view() == null) return "not read";
    return e.slot().view().ports().stream()
        .filter(p -> p.name().equals(Expected.WAY_OUT))
        .findFirst()
        .map(Ladder::port)
        .orElse("none: this sandbox has no way out");
  }

  private String namespace() {
    String name = e.subject().slot() < 0 ? "unknown slot" : e.subject().anchor().toString();
    if (!e.slot().anchorExists()) return name + " does not exist";
    if (!e.slot().anchorBound()) return name + " is a plain file";
    return name
        + " net:["
        + e.slot().inode()
        + "], monitor in net:["
        + e.monitor().namespace()
        + "], "
        + e.slot().drops().size()
        + " refusing rules";
  }

  private String tap() {
    String held = "fdinfo iff " + e.monitor().taps().values();
    return e.slot().tap().map(t -> port(t) + ", " + held).orElse("no tap0 there, " + held);
  }

  private static String port(Port p) {
    var c = p.link().counters();
    return p.name()
        + (p.link().up() ? " up" : " DOWN")
        + " carrier "
        + (p.link().carrier() ? 1 : 0)
        + " mac "
        + p.link().mac()
        + " rx "
        + c.rxPackets()
        + " tx "
        + c.txPackets()
        + " dropped "
        + c.txDropped();
  }

  private String vmm() {
    if (!e.monitor().there()) return "pid " + e.subject().pid() + " is gone";
    return api()
        + "pid "
        + e.subject().pid()
        + " state "
        + e.monitor().state()
        + ", "
        + e.monitor().threads().size()
        + " threads, "
        + (e.group().frozen().isEmpty() ? "not frozen" : "FROZEN");
  }

  private String api() {
    if (!e.api().firecracker()) return "";
    if (!e.api().answered()) return "Firecracker, API: " + e.api().silence() + ", ";
    var last = e.api().counters();
    return "Firecracker "
        + e.api().version()
        + " "
        + e.api().state()
        + " on "
        + e.api().tap()
        + ", disk "
        + e.api().shown()
        + (last.known()
            ? ", at its last flush sent %d received %d tap faults %d disk faults %d"
                .formatted(last.sent(), last.received(), last.tapFaults(), last.diskFaults())
            : "")
        + ", ";
  }

  private String guest() {
    return e.probed()
        .map(p ->
            p.arpMac().isEmpty()
                ? "no answer to ARP, " + p.fromGuest() + " packets came from it meanwhile"
                : "ARP answered by "
                    + p.arpMac()
                    + " in "
                    + Math.round(p.arpMillis())
                    + " ms, ping "
                    + (p.ping() ? "answered" : "silent"))
        .orElse("not asked");
  }

  private String agent() {
    return e.probed()
        .map(p ->
            p.status() != 0
                ? "/health " + p.status() + " in " + Math.round(p.healthMillis()) + " ms"
                : "TCP "
                    + p.tcp()
                    + (p.tcp().equals("connected") ? ", /health without an answer" : "")
                    + ", raw port "
                    + (p.rawPort().isEmpty() ? "silent" : p.rawPort()))
        .orElse("not asked");
  }
}
