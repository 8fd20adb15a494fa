package atoll.doctor.evidence;

import atoll.core.Patience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Reads small kernel files and remembers what was refused. Safe on several threads.
final class Reading {
  private static final int LONGEST = 1 << 20;

  private final Patience patience;
  private final List<String> unread = Collections.synchronizedList(new ArrayList<>());

  /// @param patience with whatever is asked rather than read
  Reading(Patience patience) {
    this.patience = patience;
  }

  /// As long as this host may take for what usually takes that.
  Duration atMost(Duration usual) {
    return patience.with(usual);
  }

  /// The file's text; empty if it is not there or was refused, which is remembered.
  Optional<String> text(Path file) {
    try (var in = Files.newInputStream(file)) {
      return Optional.of(new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8).strip());
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (IOException e) {
      refused(file.toString(), e);
      return Optional.empty();
    }
  }

  long number(Path file, long otherwise) {
    return text(file).map(t -> number(t, otherwise)).orElse(otherwise);
  }

  static long number(String text, long otherwise) {
    return text.matches("-?[0-9]{1,18}") ? Long.parseLong(text) : otherwise;
  }

  void refused(String what, IOException why) {
    unread.add(
        what
            + ": "
            + why.getClass().getSimpleName().replace("Exception", "")
            + " "
            + why.getMessage());
  }

  /// Said before what follows from it.
  void rootless() {
    unread.addFirst("most of it: this is not root, run it with sudo");
  }

  /// The guest is well as far as its host can tell, and did not speak for itself.
  void unasked(String why) {
    unread.add("the inside of the guest: " + why);
  }

  List<String> unread() {
    return List.copyOf(unread);
  }
}
