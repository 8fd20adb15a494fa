package atoll.doctor.evidence;

import atoll.core.Deadline;
import atoll.core.Patience;
import atoll.linux.net.Link;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netns;
import atoll.linux.net.NetworkView.Port;
import atoll.linux.net.Survey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/// Looks at one sandbox: at the kernel and the journal alone, or at what the guest answers too.
/// Reads only; what it opens is closed when it returns.
///
/// Safe on several threads for several sandboxes.
public final class Examiner implements AutoCloseable {
  /// Together with the passive part, below the 1.5 s that a verdict may take.
  private static final Duration PROBE = Duration.ofMillis(800);

  /// Of the whole look; what the other parts leave is the guest's to answer.
  private static final Duration WHOLE = Duration.ofMillis(1400);

  private static final Duration LEAST_PROBE = Duration.ofMillis(500);
  private static final Duration RAW = Duration.ofMillis(500);

  /// Percent of the time of asking in which some task waited for a processor: above it, silence
  /// says nothing within the usual time, and whoever did not answer is asked once more, and longer.
  private static final double STARVED = 60;

  private static final Duration PATIENT = Duration.ofSeconds(4);
  private static final Duration PATIENT_RAW = Duration.ofSeconds(2);

  /// For the guest's own words, even if a busy host leaves none of [#WHOLE]: to call a guest
  /// healthy without having asked it would be worse than to be late.
  private static final Duration LEAST_WORDS = Duration.ofSeconds(1);

  private final Path home;
  private final Patience patience;
  private final NamespaceDialer dialer = new NamespaceDialer();

  public Examiner(Path home, Patience patience) {
    this.home = home;
    this.patience = patience;
  }

  /// Kernel and journal alone: sends nothing.
  public Evidence passive(Subject subject) throws IOException {
    return look(subject, JournalFile.of(home), new Reading(patience), null, null);
  }

  /// Asks the guest too.
  ///
  /// @param token the agent's secret if it is known, else null
  public Evidence active(Subject subject, String token) throws IOException {
    Deadline whole = after(WHOLE);
    var reading = new Reading(patience);
    JournalFile journal = JournalFile.of(home);
    Evidence before = look(subject, journal, reading, null, null);
    Port tap = before.slot().tap().orElse(null);
    if (tap == null || !before.monitor().alive()) return before;
    try (Netns netns = Netns.open(way(before))) {
      long start = System.nanoTime();
      CpuStall stall = CpuStall.now();
      ProbeFacts probe = probe(netns, tap, before, start, probeTime(whole), patience.with(RAW));
      if (!probe.healthy() && CpuStall.now().percentSince(stall) > STARVED)
        probe = probe(netns, tap, before, start, after(PATIENT), patience.with(PATIENT_RAW));
      GuestFacts guest = words(netns, token, before, probe, whole);
      if (probe.healthy() && !guest.asked()) reading.unasked(guest.why());
      return with(before, probe, guest, reading);
    } catch (IOException e) {
      reading.refused("asking the guest", e);
      return with(before, null, null, reading);
    }
  }

  private GuestFacts words(
      Netns netns, String token, Evidence before, ProbeFacts probe, Deadline whole) {
    if (!probe.healthy()) return GuestFacts.unasked("its agent does not answer");
    if (before.group().tasksFull())
      return GuestFacts.unasked(
          "its monitor may start no thread, and would end itself at the guest's next disk work");
    boolean late = whole.left().compareTo(patience.with(LEAST_WORDS)) < 0;
    Deadline deadline = late ? after(LEAST_WORDS) : whole;
    return GuestQuestions.ask(dialer, netns, token, deadline);
  }

  private static Path way(Evidence e) {
    return e.slot().viaMonitor()
        ? Path.of("/proc", Long.toString(e.subject().pid()), "ns/net")
        : e.subject().anchor();
  }

  private Evidence look(
      Subject subject, JournalFile journal, Reading reading, ProbeFacts probe, GuestFacts guest) {
    MonitorFacts monitor = new MonitorReader(reading, subject).read();
    var slot = background(() -> new SlotReader(reading, subject, monitor).read());
    var api =
        background(() -> monitor.alive() ? new ApiReader(reading, subject).read() : ApiFacts.NONE);
    GroupFacts group = new GroupReader(reading, monitor).read(subject);
    DiskFacts disk = new DiskReader(reading, subject, home).read();
    HostFacts host = new HostReader(reading, home).read(journal);
    if (!host.root()) reading.rootless();
    Ending ending =
        subject.live() && monitor.there() ? null : new EndingReader(reading, home).of(subject.id());
    List<String> console =
        ending != null && !ending.console().isEmpty()
            ? ending.console()
            : ConsoleReader.tail(subject.console(), reading);
    return new Evidence(
        subject,
        host,
        join(slot),
        monitor,
        join(api),
        group,
        disk,
        console,
        probe,
        guest,
        ending,
        reading.unread());
  }

  private static Evidence with(Evidence e, ProbeFacts probe, GuestFacts guest, Reading reading) {
    return new Evidence(
        e.subject(),
        e.host(),
        e.slot(),
        e.monitor(),
        e.api(),
        e.group(),
        e.disk(),
        e.console(),
        probe,
        guest,
        e.ending(),
        reading.unread());
  }

  /// What a slow first part of the look left, but enough for a guest that is well.
  private Deadline probeTime(Deadline whole) {
    return whole.left().compareTo(patience.with(LEAST_PROBE)) < 0
        ? after(LEAST_PROBE)
        : whole.within(patience.with(PROBE));
  }

  private Deadline after(Duration usual) {
    return Deadline.after(patience.with(usual));
  }

  private ProbeFacts probe(
      Netns netns, Port tap, Evidence before, long start, Deadline deadline, Duration rawTime)
      throws IOException {
    var raw = background(() -> raw(netns, tap, rawTime));
    AgentProbe.Outcome agent = AgentProbe.run(dialer, netns, deadline, patience);
    RawProbe.Outcome frames = join(raw);
    var reading = new Reading(patience);
    MonitorFacts monitor = new MonitorReader(reading, before.subject()).read();
    GroupFacts group = new GroupReader(reading, monitor).read(before.subject());
    Link.Counters moved = counters(netns).since(tap.link().counters());
    return new ProbeFacts(
        frames.arpMac(),
        frames.arpMillis(),
        frames.ping(),
        frames.port(),
        frames.answersTo(),
        agent.tcp(),
        agent.status(),
        agent.healthMillis(),
        agent.said(),
        monitor.cpuTicks() - before.monitor().cpuTicks(),
        monitor.switches() - before.monitor().switches(),
        Math.max(0, group.throttledMicros() - before.group().throttledMicros()),
        moved.rxPackets(),
        moved.txDropped(),
        (System.nanoTime() - start) / 1e6);
  }

  private static RawProbe.Outcome raw(Netns netns, Port tap, Duration time) {
    try {
      return netns.inside(() -> RawProbe.run(tap, Deadline.after(time)));
    } catch (IOException linkIsDown) {
      return RawProbe.Outcome.NOTHING;
    }
  }

  private static Link.Counters counters(Netns netns) throws IOException {
    return netns.inside(() -> {
      try (Survey survey = Survey.open()) {
        return survey.ports().stream()
            .filter(p -> p.name().equals(Expected.TAP))
            .findFirst()
            .map(p -> p.link().counters())
            .orElse(Link.Counters.NONE);
      }
    });
  }

  private static <T> CompletableFuture<T> background(Supplier<T> work) {
    return CompletableFuture.supplyAsync(
        work, task -> Thread.ofPlatform().daemon().name("doctor").start(task));
  }

  private static <T> T join(CompletableFuture<T> work) {
    try {
      return work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /// How slow this host may be.
  public Patience patience() {
    return patience;
  }

  /// For a repair or a fault that acts through the guest's own agent.
  public NamespaceDialer dialer() {
    return dialer;
  }

  /// Everything that the journal knows.
  public List<Subject> subjects() throws IOException {
    return new ArrayList<>(new Subjects(JournalFile.of(home)).live());
  }

  @Override
  public void close() {
    dialer.close();
  }
}
