package atoll.doctor.evidence;

import atoll.core.Deadline;
import atoll.linux.kernel.KernelException;
import atoll.linux.net.Mac;
import atoll.linux.net.NetworkView.Port;
import atoll.linux.net.PacketSocket;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// Asks the guest by raw frames on its tap, below everything that the namespace may have wrong.
final class RawProbe {
  private static final Duration EACH_ROUND = Duration.ofMillis(120);

  private final Frames frames;
  private final PacketSocket socket;
  private final long began = System.nanoTime();
  private Mac guest = Expected.GUEST_MAC;
  private String arpMac = "";
  private double arpMillis = -1;
  private boolean ping;
  private String port = "";
  private String answersTo = "";

  private RawProbe(PacketSocket socket, Mac own) {
    this.socket = socket;
    int mark = 20_000 + ThreadLocalRandom.current().nextInt(8000);
    this.frames = new Frames(own, Expected.HOST.address(), Expected.GUEST, mark);
  }

  record Outcome(String arpMac, double arpMillis, boolean ping, String port, String answersTo) {
    static final Outcome NOTHING = new Outcome("", -1, false, "", "");
  }

  /// On the calling thread's namespace. Ends when all three have answered, or at the deadline.
  static Outcome run(Port tap, Deadline deadline) throws KernelException {
    Mac own = tap.link().mac() == null ? Expected.HOST_MAC : tap.link().mac();
    try (PacketSocket socket = PacketSocket.open(tap.link().index())) {
      var probe = new RawProbe(socket, own);
      while (!deadline.expired() && !probe.complete()) {
        probe.ask();
        probe.listen(deadline.within(EACH_ROUND));
      }
      return new Outcome(probe.arpMac, probe.arpMillis, probe.ping, probe.port, probe.answersTo);
    }
  }

  private boolean complete() {
    return !arpMac.isEmpty() && ping && !port.isEmpty();
  }

  private void ask() {
    if (arpMac.isEmpty()) send(frames.whoHas());
    if (!ping) send(frames.echo(guest));
    if (port.isEmpty()) send(frames.syn(guest, Expected.AGENT_PORT));
  }

  /// A link that is down or full refuses frames: then nothing comes back, which says enough.
  private void send(byte[] frame) {
    try {
      socket.send(frame);
    } catch (KernelException refused) {
      System.getLogger(RawProbe.class.getName()).log(System.Logger.Level.TRACE, "probe", refused);
    }
  }

  private void listen(Deadline deadline) {
    while (!deadline.expired() && !complete()) {
      byte[] frame;
      try {
        var received = socket.receive(deadline);
        if (received.isEmpty()) return;
        frame = received.get();
      } catch (KernelException linkDown) {
        if (deadline.expired()) return;
        continue;
      }
      hear(frame);
    }
  }

  private void hear(byte[] frame) {
    Mac said = frames.arpAnswer(frame);
    if (said != null && arpMac.isEmpty()) {
      arpMac = said.toString();
      arpMillis = (System.nanoTime() - began) / 1e6;
      guest = said;
    }
    boolean echo = frames.isEchoAnswer(frame);
    ping |= echo;
    String answer = frames.tcpAnswer(frame, Expected.AGENT_PORT);
    if (echo || !answer.isEmpty()) answersTo = Frames.destination(frame).toString();
    if (port.isEmpty() && !answer.isEmpty()) {
      port = answer;
      if (answer.equals("open")) send(frames.reset(guest, Expected.AGENT_PORT, Frames.AFTER_SYN));
    }
  }
}
