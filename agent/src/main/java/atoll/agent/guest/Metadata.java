package atoll.agent.guest;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.FileProbe;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.Xattr;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/// A file's own small facts, kept as extended attributes `user.e2b.<key>`.
public final class Metadata {
  private static final String PREFIX = "user.e2b.";

  private Metadata() {}

  /// What can be read of it; a file that cannot be asked has none.
  public static Map<String, String> read(String path) {
    try (var probe = new FileProbe()) {
      return read(path, probe);
    }
  }

  /// As [#read(String)], for many files in a row.
  public static Map<String, String> read(String path, FileProbe probe) {
    Map<String, String> found = Map.of();
    try {
      for (String name : probe.attributes(path)) {
        if (!name.startsWith(PREFIX)) continue;
        if (found.isEmpty()) found = new TreeMap<>();
        take(path, name, found);
      }
    } catch (KernelException | IllegalArgumentException e) {
      System.getLogger(Metadata.class.getName()).log(System.Logger.Level.TRACE, "metadata", e);
    }
    return found;
  }

  private static void take(String path, String name, Map<String, String> into)
      throws KernelException {
    try {
      var value =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Xattr.get(path, name)));
      into.put(name.substring(PREFIX.length()), value.toString());
    } catch (CharacterCodingException notText) {
      System.getLogger(Metadata.class.getName())
          .log(System.Logger.Level.TRACE, "metadata", notText);
    }
  }

  /// Replaces the whole set. A file system without attributes is no failure.
  public static void replace(String path, Map<String, String> values) throws KernelException {
    try {
      for (String name : Xattr.names(path)) {
        if (name.startsWith(PREFIX) && !values.containsKey(name.substring(PREFIX.length())))
          Xattr.remove(path, name);
      }
      for (var e : values.entrySet()) {
        Xattr.set(path, PREFIX + e.getKey(), e.getValue().getBytes(StandardCharsets.UTF_8));
      }
    } catch (KernelException e) {
      if (e.errno() != Errno.EOPNOTSUPP) throw e;
    }
  }
}
