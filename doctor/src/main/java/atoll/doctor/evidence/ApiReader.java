package atoll.doctor.evidence;

import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import atoll.doctor.evidence.ApiFacts.Counters;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Reads [ApiFacts]: asks a Firecracker by its API, which changes nothing, and reads what its node
/// kept of its log and its metrics.
///
/// - **Source** Firecracker, `src/firecracker/swagger/firecracker.yaml`, `docs/metrics.md`.
final class ApiReader {
  /// It answers in some ms; one that saves a snapshot answers only after it.
  private static final Duration LIMIT = Duration.ofMillis(250);

  private static final int LARGEST = 64 << 10;

  private final Reading reading;
  private final Subject subject;

  ApiReader(Reading reading, Subject subject) {
    this.reading = reading;
    this.subject = subject;
  }

  ApiFacts read() {
    if (!subject.firecracker()) return ApiFacts.NONE;
    String shown = new ShownDisk(reading, subject).state();
    List<String> log = ConsoleReader.tail(subject.monitorLog(), reading);
    String lastWord = log.isEmpty() ? "" : log.getLast();
    Counters counters = counters(ConsoleReader.lastLine(subject.metrics(), LARGEST, reading));
    var deadline = Deadline.after(reading.atMost(LIMIT));
    try {
      Json.Obj about = MonitorApi.get(subject.controlSocket(), "/", deadline);
      Json.Obj config = MonitorApi.get(subject.controlSocket(), "/vm/config", deadline);
      return answered(about, config, shown, lastWord, counters);
    } catch (IOException e) {
      return new ApiFacts(true, "", "", words(e), "", 0, 0, shown, lastWord, counters);
    }
  }

  static ApiFacts answered(
      Json.Obj about, Json.Obj config, String shown, String lastWord, Counters counters) {
    String tap =
        config.items("network-interfaces").stream()
            .filter(each -> each instanceof Json.Obj)
            .map(each -> ((Json.Obj) each).text("host_dev_name").orElse(""))
            .findFirst()
            .orElse("");
    Json.Obj machine = config.object("machine-config");
    return new ApiFacts(
        true,
        about.text("vmm_version").orElse("?"),
        about.text("state").orElse("?"),
        "",
        tap,
        (int) Math.clamp(machine.whole("vcpu_count").orElse(0L), 0, 1024),
        machine.whole("mem_size_mib").orElse(0L),
        shown,
        lastWord,
        counters);
  }

  private String words(IOException e) {
    if (e instanceof SocketTimeoutException)
      return "no answer within " + reading.atMost(LIMIT).toMillis() + " ms";
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /// What can be understood of one line of metrics, which a guest has a hand in.
  static Counters counters(String line) {
    try {
      if (line.isEmpty()) return Counters.NONE;
      Json.Obj all = JsonReader.readObject(line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      Json.Obj net = all.object("net");
      Json.Obj disk = all.object("block");
      return new Counters(
          true,
          of(net, "tx_packets_count"),
          of(net, "rx_packets_count"),
          of(net, "tap_write_fails") + of(net, "tap_read_fails"),
          of(disk, "execute_fails") + of(disk, "event_fails"));
    } catch (JsonException torn) {
      return Counters.NONE;
    }
  }

  private static long of(Json.Obj group, String name) {
    return group.whole(name).orElse(0L);
  }

  /// How the raw file of a Firecracker's disk stands, seen from outside.
  private record ShownDisk(Reading reading, Subject subject) {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    String state() {
      String folder = subject.directory() + "/";
      for (String line : reading.text(MOUNTS).orElse("").lines().toList()) {
        String[] fields = line.split(" ", 6);
        if (fields.length < 6 || !fields[4].startsWith(folder)) continue;
        return answers(Path.of(fields[4])) ? "mounted" : "dead";
      }
      return "missing";
    }

    /// The file system behind a dead mount says "Transport endpoint is not connected".
    private boolean answers(Path mount) {
      try {
        return Files.size(mount) >= 0;
      } catch (IOException dead) {
        return false;
      }
    }
  }
}
