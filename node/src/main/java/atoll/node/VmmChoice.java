package atoll.node;

import atoll.core.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Which monitor an operator wants.
public enum VmmChoice {
  /// Firecracker where one is installed and its guests run; else QEMU.
  AUTO,
  FIRECRACKER,
  QEMU;

  /// As users write it: `auto`, `firecracker`, `qemu`.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What they may write.
  public static List<String> labels() {
    return Arrays.stream(values()).map(VmmChoice::label).toList();
  }

  public static VmmChoice of(String label) {
    for (VmmChoice choice : values()) if (choice.label().equals(label)) return choice;
    throw new Refusal.Invalid("vmm_unknown", "no monitor '" + label + "': there are " + labels());
  }
}
