package atoll.agent.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The guest's user database: passwd(5) and group(5), read again whenever one of the files changed.
///
/// Safe for several threads. Lines that are malformed are skipped, as the C library does.
public final class Users {
  private static final Path PASSWD = Path.of("/etc/passwd");
  private static final Path GROUP = Path.of("/etc/group");

  private static final Key MISSING = new Key("", 0, null);

  private record Key(Object file, long size, FileTime modified) {
    boolean same(Key other) {
      return size == other.size
          && Objects.equals(file, other.file)
          && Objects.equals(modified, other.modified);
    }
  }

  /// Compared by hand at every call: what a record generates for that is slow until it is compiled
  /// by more than this agent's compiler.
  private record Stamp(Key passwd, Key group) {
    boolean same(Stamp other) {
      return passwd.same(other.passwd) && group.same(other.group);
    }
  }

  private record Image(
      Stamp stamp,
      Map<String, User> byName,
      Map<Integer, String> names,
      Map<Integer, String> groups)
      implements Names {
    @Override
    public String user(int uid) {
      String name = names.get(uid);
      return name != null ? name : Integer.toUnsignedString(uid);
    }

    @Override
    public String group(int gid) {
      String name = groups.get(gid);
      return name != null ? name : Integer.toUnsignedString(gid);
    }
  }

  /// The names of ids at one moment, for many lookups in a row; an unknown id is its number as
  /// text.
  public interface Names {
    String user(int uid);

    String group(int gid);
  }

  private volatile Image image;

  /// The user of that name, or null.
  public User find(String name) throws IOException {
    return image().byName.get(name);
  }

  public Names names() throws IOException {
    return image();
  }

  private Image image() throws IOException {
    Stamp now = stamp();
    Image known = image;
    if (known != null && known.stamp.same(now)) return known;
    Image fresh = read(now);
    image = fresh;
    return fresh;
  }

  private static Stamp stamp() throws IOException {
    return new Stamp(key(PASSWD), key(GROUP));
  }

  /// Differs whenever the file was written or replaced; a missing file is always the same.
  private static Key key(Path file) throws IOException {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Key(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
    } catch (java.nio.file.NoSuchFileException e) {
      return MISSING;
    }
  }

  private static Image read(Stamp stamp) throws IOException {
    var groupNames = new HashMap<Integer, String>();
    var memberships = new HashMap<String, List<Integer>>();
    for (String[] f : lines(GROUP, 4)) {
      int gid = number(f[2]);
      groupNames.putIfAbsent(gid, f[0]);
      for (String member : f[3].split(",")) {
        if (!member.isEmpty()) memberships.computeIfAbsent(member, m -> new ArrayList<>()).add(gid);
      }
    }
    var byName = new HashMap<String, User>();
    var names = new HashMap<Integer, String>();
    for (String[] f : lines(PASSWD, 7)) {
      int uid = number(f[2]);
      int gid = number(f[3]);
      byName.putIfAbsent(f[0], new User(f[0], uid, gid, f[5], groups(gid, memberships.get(f[0]))));
      names.putIfAbsent(uid, f[0]);
    }
    return new Image(stamp, byName, names, groupNames);
  }

  private static int[] groups(int primary, List<Integer> more) {
    var all = new java.util.LinkedHashSet<Integer>();
    all.add(primary);
    if (more != null) all.addAll(more);
    return all.stream().mapToInt(Integer::intValue).toArray();
  }

  private static List<String[]> lines(Path file, int fields) throws IOException {
    var list = new ArrayList<String[]>();
    if (!Files.exists(file)) return list;
    for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n")) {
      String[] f = line.split(":", -1);
      if (f.length >= fields && isNumber(f[2]) && (fields == 4 || isNumber(f[3]))) list.add(f);
    }
    return list;
  }

  private static boolean isNumber(String text) {
    if (text.isEmpty() || text.length() > 10) return false;
    for (int i = 0; i < text.length(); i++)
      if (text.charAt(i) < '0' || text.charAt(i) > '9') return false;
    return true;
  }

  private static int number(String text) {
    return (int) Long.parseLong(text);
  }
}
