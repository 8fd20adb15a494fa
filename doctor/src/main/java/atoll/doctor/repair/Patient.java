package atoll.doctor.repair;

import atoll.core.Deadline;
import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Examiner;
import atoll.doctor.evidence.Expected;
import atoll.doctor.evidence.GroupReader;
import atoll.doctor.evidence.GuestQuestions;
import atoll.doctor.evidence.Program;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.Pidfd;
import atoll.linux.net.Netns;
import atoll.protocol.agent.ExecResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// One sandbox in somebody's hands: what was seen of it, and the tools that reach it.
///
/// @param examiner has the way to the guest, and the patience
/// @param token the agent's secret if it is known, else null
public record Patient(Evidence seen, Examiner examiner, String token) {
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final Duration ATTEMPT = Duration.ofMillis(300);
  private static final Duration PAUSE =
      Duration.ofMillis(50); // a guest tells nobody when it breaks
  private static final Duration EFFECT = Duration.ofSeconds(3);
  private static final Duration LONGEST_EXEC = Duration.ofSeconds(10);

  /// The slot's namespace, by its name or through the monitor that lives in it.
  public Path namespace() {
    return seen.slot().anchorBound()
        ? seen.subject().anchor()
        : Path.of("/proc", Long.toString(pid()), "ns/net");
  }

  public long pid() {
    return seen.subject().pid();
  }

  public String slotName() {
    return seen.subject().anchor().getFileName().toString();
  }

  /// Runs a program of the host inside the slot's namespace.
  public void inside(String... command) throws IOException {
    inside(namespace(), command);
  }

  public void inside(Path where, String... command) throws IOException {
    check(Program.inside(where, longest(LONGEST).toMillis(), command), command);
  }

  public void host(String... command) throws IOException {
    check(Program.run(longest(LONGEST).toMillis(), List.of(command)), command);
  }

  private Duration longest(Duration usual) {
    return examiner.patience().with(usual);
  }

  /// The end of what usually takes no longer than that.
  public Deadline after(Duration usual) {
    return Deadline.after(longest(usual));
  }

  private static void check(Program.Result result, String... command) throws IOException {
    if (!result.ok())
      throw new IOException(String.join(" ", command) + ": " + result.output().strip());
  }

  /// Runs a script in the guest as root, by its own static shell; returns its standard output.
  public String guest(String script) throws IOException {
    try (Netns netns = Netns.open(namespace())) {
      ExecResult result =
          GuestQuestions.exec(
              examiner.dialer(),
              netns,
              token,
              after(LONGEST_EXEC),
              "/usr/lib/atoll/busybox",
              "sh",
              "-c",
              "PATH=/usr/lib/atoll:/usr/sbin:/usr/bin:/sbin:/bin; b=/usr/lib/atoll/busybox; "
                  + script);
      if (result.exitCode() != 0)
        throw new IOException(
            "in the guest: " + result.err().strip() + " (" + result.exitCode() + ")");
      return result.out();
    }
  }

  /// Asks the agent again and again until it is well, or is not, as wanted; false at the deadline.
  /// One answer missed may be a guest that was busy: two in a row are not.
  public boolean awaitHealth(boolean well, Duration within) throws IOException {
    Deadline deadline = after(within);
    try (Netns netns = Netns.open(namespace())) {
      int wanted = well ? 1 : 2;
      int inARow = 0;
      while (!deadline.expired()) {
        boolean as =
            GuestQuestions.healthy(examiner.dialer(), netns, deadline.within(longest(ATTEMPT)))
                == well;
        inARow = as ? inARow + 1 : 0;
        if (inARow == wanted) return true;
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    } catch (IOException sandboxEnded) {
      return !well;
    }
    return false;
  }

  /// Waits until something accepts connections on the agent's port; false at the deadline.
  public boolean awaitPort(Duration within) throws IOException {
    Deadline deadline = after(within);
    try (Netns netns = Netns.open(namespace())) {
      while (!deadline.expired()) {
        if (GuestQuestions.accepts(examiner.dialer(), netns, deadline.within(longest(ATTEMPT))))
          return true;
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    return false;
  }

  public void signal(int number) throws IOException {
    try (Fd process = Pidfd.open(Math.toIntExact(pid()))) {
      Pidfd.signal(process, number);
    }
  }

  /// Threads of the monitor.
  public List<String> threads() throws IOException {
    var ids = new ArrayList<String>();
    try (var tasks = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid()), "task"))) {
      tasks.forEach(t -> ids.add(t.getFileName().toString()));
    }
    return ids;
  }

  /// The directory of each controller's group that the monitor is in; key `unified` is version 2.
  public Map<String, Path> groups() {
    return GroupReader.directories(seen.monitor().groups());
  }

  /// Writes a limit where this host's version has it.
  public void limit(String controller, String version2, String version1, String v2, String v1)
      throws IOException {
    Path unified = groups().get("unified");
    if (unified != null && Files.exists(unified.resolve(version2))) {
      Files.writeString(unified.resolve(version2), v2);
      return;
    }
    Path own = groups().get(controller);
    if (own == null) throw new NoSuchFileException("no control group for " + controller);
    Files.writeString(own.resolve(version1), v1);
  }

  /// Gives the tap everything that a slot's tap has; may be repeated.
  public void furnish() throws IOException {
    String tap = Expected.TAP;
    inside("ip", "link", "set", tap, "address", Expected.HOST_MAC.toString());
    inside("ip", "link", "set", tap, "up");
    inside("ip", "addr", "replace", Expected.HOST.toString(), "dev", tap);
    pinNeighbour();
  }

  public void pinNeighbour() throws IOException {
    inside(
        "ip",
        "neigh",
        "replace",
        Expected.GUEST.getHostAddress(),
        "lladdr",
        Expected.GUEST_MAC.toString(),
        "dev",
        Expected.TAP,
        "nud",
        "permanent");
  }

  /// Lets the guest send its answers to the tap again. Answers it under the wrong address for as
  /// long as the order takes: the guest pins the right one a moment after it has said yes.
  ///
  /// @param wrong MAC to which it sends them now
  public void rightGateway(String wrong) throws IOException {
    inside("ip", "link", "set", Expected.TAP, "address", wrong);
    try {
      guest(
          "( $b sleep 0.3; $b arp -s "
              + Expected.HOST.address().getHostAddress()
              + " "
              + Expected.HOST_MAC
              + " -i eth0 ) </dev/null >/dev/null 2>&1 & exit 0");
    } finally {
      inside("ip", "link", "set", Expected.TAP, "address", Expected.HOST_MAC.toString());
      pinNeighbour(); // a link forgets its neighbours with its address
    }
    awaitHealth(true, EFFECT);
  }
}
