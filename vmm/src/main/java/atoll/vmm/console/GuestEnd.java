package atoll.vmm.console;

import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Watches a console for the kernel's own last words.
///
/// A monitor's process ends with status 0 after a reboot and after a panic, and Firecracker's does
/// not end after a power-off; only the console tells. The kernel prints these lines at its highest
/// level, `quiet` or not. A guest can print them too, and so end itself, which it could do anyway.
///
/// - **Threads** [#read] on one; [#seen] on any.
/// - **Source** Linux, `kernel/reboot.c`, `kernel/panic.c`.
public final class GuestEnd {
  /// How a guest's kernel stopped.
  public enum Kind {
    REBOOT("guest_stopped"),
    POWER_OFF("guest_stopped"),
    PANIC("guest_panicked");

    private final String reason;

    Kind(String reason) {
      this.reason = reason;
    }
  }

  /// @param words the line
  public record Seen(Kind kind, String words) {
    /// The stable reason of a monitor's end that followed.
    public String reason() {
      return kind.reason;
    }

    /// What happened, in a sentence.
    public String message() {
      return switch (kind) {
        case REBOOT -> "the guest rebooted";
        case POWER_OFF -> "the guest powered off";
        case PANIC -> "the guest's kernel panicked: " + words;
      };
    }
  }

  private static final Pattern STOP =
      Pattern.compile(
          "^(?:\\[ *\\d+\\.\\d+\\] )?reboot: (Restarting system|Power down|System halted)");
  private static final Pattern PANIC = Pattern.compile("Kernel panic - not syncing");
  private static final int LONGEST_LINE = 400;

  private final Consumer<Seen> listener;
  private final StringBuilder line = new StringBuilder();
  private volatile Seen seen;

  /// `listener` is told once, on the reading thread.
  public GuestEnd(Consumer<Seen> listener) {
    this.listener = listener;
  }

  /// The kernel's last words so far, or null. A panic that ends in a reboot is a panic.
  public Seen seen() {
    return seen;
  }

  /// More of the console's printable text.
  public void read(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') finish();
      else if (line.length() < LONGEST_LINE) line.append(c);
    }
  }

  private void finish() {
    String words = line.toString();
    line.setLength(0);
    if (seen != null) return;
    Kind kind = kind(words);
    if (kind == null) return;
    seen = new Seen(kind, words.strip());
    listener.accept(seen);
  }

  private static Kind kind(String words) {
    if (PANIC.matcher(words).find()) return Kind.PANIC;
    Matcher stop = STOP.matcher(words);
    if (!stop.find()) return null;
    return stop.group(1).startsWith("Restarting") ? Kind.REBOOT : Kind.POWER_OFF;
  }
}
