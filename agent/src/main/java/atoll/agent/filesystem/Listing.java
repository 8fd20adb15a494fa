package atoll.agent.filesystem;

import atoll.agent.guest.PathKinds;
import atoll.agent.guest.Users;
import atoll.agent.rpc.RpcCode;
import atoll.agent.rpc.RpcException;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/// ListDir: the entries below a directory, each directory before its content, names in order.
final class Listing {
  private final Users users;
  private final StringBuilder out = new StringBuilder(4096);
  private boolean first = true;

  private Listing(Users users) {
    this.users = users;
  }

  /// @param depth how many levels; 1 is the directory alone
  static String of(String path, long depth, Users users) throws RpcException {
    Path directory = resolve(path);
    var listing = new Listing(users);
    listing.out.append("{\"entries\":[");
    try {
      listing.level(
          directory,
          path.endsWith("/") && path.length() > 1 ? path.substring(0, path.length() - 1) : path,
          depth);
    } catch (IOException e) {
      throw RpcException.internal("error reading directory " + path + ": " + EntryInfo.reason(e));
    }
    return listing.first ? "{}" : listing.out.append("]}").toString();
  }

  private static Path resolve(String path) throws RpcException {
    try {
      Path real = Path.of(path).toRealPath();
      if (!Files.isDirectory(real)) throw RpcException.invalid("path is not a directory: " + path);
      return real;
    } catch (NoSuchFileException e) {
      if (PathKinds.isBelowFile(Path.of(path)))
        throw RpcException.invalid("path is not a directory: " + path);
      throw RpcException.notFound("directory not found: " + path);
    } catch (FileSystemLoopException e) {
      throw new RpcException(
          RpcCode.FAILED_PRECONDITION, "cyclic symlink or chain >255 links at \"" + path + "\"");
    } catch (IOException e) {
      if (EntryInfo.reason(e).contains("symbolic links")) {
        throw new RpcException(
            RpcCode.FAILED_PRECONDITION, "cyclic symlink or chain >255 links at \"" + path + "\"");
      }
      if (EntryInfo.reason(e).contains("Not a directory"))
        throw RpcException.invalid("path is not a directory: " + path);
      throw RpcException.internal("error getting file info: " + EntryInfo.reason(e));
    }
  }

  private void level(Path directory, String shown, long depth) throws IOException {
    String[] names = directory.toFile().list();
    if (names == null) {
      if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) return;
      throw new IOException("cannot read " + directory);
    }
    Arrays.sort(names);
    String prefix = shown.equals("/") ? "/" : shown + "/";
    for (String name : names) {
      Path entry = directory.resolve(name);
      if (!add(entry, prefix + name)) continue;
      if (depth > 1 && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))
        level(entry, prefix + name, depth - 1);
    }
  }

  /// False if the entry vanished meanwhile.
  private boolean add(Path entry, String shown) throws IOException {
    int before = out.length();
    if (!first) out.append(',');
    try {
      EntryInfo.write(entry, shown, users, out);
      first = false;
      return true;
    } catch (NoSuchFileException vanished) {
      out.setLength(before);
      return false;
    }
  }
}
