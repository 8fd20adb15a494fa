package atoll.linux.cgroup;

/// The kernel's resource controllers that Atoll limits by.
enum Controller {
  MEMORY,
  PIDS,
  CPU;

  /// The kernel's word.
  String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
