package atoll.linux.cgroup;

/// How a host mounts its cgroups.
public enum CgroupMode {
  V1,
  V2,
  /// Version 1 hierarchies with version 2 beside them: limits come from the first, events and
  /// killing from the second.
  HYBRID;

  /// As in the API: `v1`, `v2` or `hybrid`.
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
