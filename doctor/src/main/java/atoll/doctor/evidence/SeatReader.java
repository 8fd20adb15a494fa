package atoll.doctor.evidence;

import atoll.doctor.evidence.SlotFacts.FilterRule;
import atoll.linux.net.Netns;
import atoll.linux.net.NetworkView;
import atoll.linux.net.NetworkView.Port;
import atoll.linux.net.Survey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Reads [SeatFacts] of a slot whose rules join it with a shared network.
final class SeatReader {
  private static final Path HOST = Path.of("/proc/self/ns/net");

  private final Reading reading;
  private final Subject subject;

  SeatReader(Reading reading, Subject subject) {
    this.reading = reading;
    this.subject = subject;
  }

  /// Null for a sandbox that is in no shared network, and where the host's links were not read.
  SeatFacts read(NetworkView inside, List<FilterRule> refusing) {
    if (inside == null || refusing.stream().noneMatch(r -> r.table().equals(Expected.SEAT_RULES)))
      return null;
    try (Netns host = Netns.open(HOST)) {
      List<Port> links =
          host.inside(() -> {
            try (Survey survey = Survey.open()) {
              return survey.ports();
            }
          });
      Optional<Port> outer = named(links, Expected.seatPort(subject.slot()));
      return new SeatFacts(
          named(inside.ports(), Expected.SEAT),
          outer,
          outer.flatMap(
              o -> links.stream().filter(p -> p.link().index() == o.master()).findFirst()));
    } catch (IOException e) {
      reading.refused("the host's links", e);
      return null;
    }
  }

  private static Optional<Port> named(List<Port> links, String name) {
    return links.stream().filter(p -> p.name().equals(name)).findFirst();
  }
}
