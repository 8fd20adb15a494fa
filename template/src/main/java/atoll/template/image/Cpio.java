package atoll.template.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/// An archive in the form that the kernel unpacks at boot: `newc` cpio.
///
/// Same entries, same bytes: entries are sorted by path, belong to root and carry no time. Parents
/// sort before their children, as the kernel needs. Source: the kernel's
/// `Documentation/driver-api/early-userspace/buffer-format.rst`.
final class Cpio {
  private static final int FOLDER = 0040000;
  private static final int FILE = 0100000;
  private static final int LINK = 0120000;
  private static final int CHARACTER_DEVICE = 0020000;

  private record Entry(int mode, int major, int minor, byte[] content) {}

  private final TreeMap<String, Entry> entries = new TreeMap<>();

  Cpio folder(String path) {
    return put(path, new Entry(FOLDER | 0755, 0, 0, new byte[0]));
  }

  Cpio file(String path, int permissions, byte[] content) {
    return put(path, new Entry(FILE | permissions, 0, 0, content));
  }

  Cpio link(String path, String target) {
    return put(path, new Entry(LINK | 0777, 0, 0, target.getBytes(StandardCharsets.UTF_8)));
  }

  Cpio characterDevice(String path, int permissions, int major, int minor) {
    return put(path, new Entry(CHARACTER_DEVICE | permissions, major, minor, new byte[0]));
  }

  private Cpio put(String path, Entry entry) {
    if (path.isEmpty() || path.startsWith("/"))
      throw new IllegalArgumentException("not a relative path: " + path);
    entries.put(path, entry);
    return this;
  }

  void write(OutputStream out) throws IOException {
    int inode = 1;
    for (var entry : entries.entrySet()) write(out, inode++, entry.getKey(), entry.getValue());
    write(out, 0, "TRAILER!!!", new Entry(0, 0, 0, new byte[0]));
  }

  private static void write(OutputStream out, int inode, String path, Entry entry)
      throws IOException {
    byte[] name = (path + "\0").getBytes(StandardCharsets.UTF_8);
    int links = (entry.mode & FOLDER) != 0 && (entry.mode & FILE) == 0 ? 2 : 1;
    int[] fields = {
      inode,
      entry.mode,
      0,
      0,
      links,
      0,
      entry.content.length,
      0,
      0,
      entry.major,
      entry.minor,
      name.length,
      0
    };
    var header = new StringBuilder("070701");
    for (int field : fields) header.append("%08X".formatted(field));
    out.write(header.toString().getBytes(StandardCharsets.US_ASCII));
    out.write(name);
    pad(out, header.length() + name.length);
    out.write(entry.content);
    pad(out, entry.content.length);
  }

  private static void pad(OutputStream out, int length) throws IOException {
    out.write(new byte[-length & 3]);
  }
}
