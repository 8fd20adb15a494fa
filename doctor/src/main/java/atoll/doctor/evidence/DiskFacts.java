package atoll.doctor.evidence;

/// The sandbox's folder and disk chain, and the file system below.
///
/// @param magic whether the overlay begins as qcow2 does
/// @param base what the overlay names as its backing file, empty if unread
/// @param overlayUid its owner, -1 if unread
/// @param overlayWritable whether its owner may read and write it
/// @param free bytes that the file system has for unprivileged users
public record DiskFacts(
    boolean directory,
    boolean overlay,
    boolean magic,
    String base,
    boolean baseExists,
    boolean baseNewer,
    int overlayUid,
    boolean overlayWritable,
    boolean controlSocket,
    boolean console,
    long free,
    long size,
    long inodesFree,
    long inodes,
    boolean readOnly) {
  public static final DiskFacts NONE =
      new DiskFacts(
          false, false, false, "", false, false, -1, true, false, false, -1, -1, -1, -1, false);
}
