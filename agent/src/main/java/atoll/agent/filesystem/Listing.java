package atoll.agent.filesystem;

import atoll.agent.guest.PathKinds;
import atoll.agent.guest.Users;
import atoll.agent.rpc.MessageWriter;
import atoll.agent.rpc.RpcCode;
import atoll.agent.rpc.RpcException;
import atoll.linux.kernel.FileProbe;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// ListDir: the entries below a directory, each directory before its content, names in the order of
/// their bytes.
final class Listing {
  /// Bounds what one answer takes of the small heap: some 300 bytes an entry.
  private static final int MOST_ENTRIES = 100_000;

  private final Users.Names names;
  private final MessageWriter out;
  private final FileProbe probe;
  private int count;

  private Listing(Users.Names names, MessageWriter out, FileProbe probe) {
    this.names = names;
    this.out = out;
    this.probe = probe;
  }

  /// @param depth how many levels; 1 is the directory alone
  static void write(String path, long depth, Users.Names names, MessageWriter out)
      throws RpcException {
    Path directory = resolve(path);
    String shown =
        path.endsWith("/") && path.length() > 1 ? path.substring(0, path.length() - 1) : path;
    try (var probe = new FileProbe()) {
      new Listing(names, out, probe).level(directory, shown, depth);
    } catch (IOException e) {
      throw RpcException.internal("error reading directory " + path + ": " + EntryInfo.reason(e));
    }
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
      throw loop(path);
    } catch (IOException e) {
      if (EntryInfo.reason(e).contains("symbolic links")) throw loop(path);
      if (EntryInfo.reason(e).contains("Not a directory"))
        throw RpcException.invalid("path is not a directory: " + path);
      throw RpcException.internal("error getting file info: " + EntryInfo.reason(e));
    }
  }

  private static RpcException loop(String path) {
    return new RpcException(
        RpcCode.FAILED_PRECONDITION, "cyclic symlink or chain >255 links at \"" + path + "\"");
  }

  private void level(Path directory, String shown, long depth) throws RpcException, IOException {
    String prefix = shown.equals("/") ? "/" : shown + "/";
    for (Path path : sorted(directory)) {
      EntryInfo entry;
      try {
        entry = EntryInfo.read(path, probe);
      } catch (NoSuchFileException vanished) {
        continue;
      }
      String entryShown = prefix + entry.name();
      out.open(FilesystemMessages.ENTRIES);
      entry.write(entryShown, names, out);
      out.close();
      if (depth > 1 && entry.isDirectory()) below(path, entryShown, depth - 1);
    }
  }

  private void below(Path directory, String shown, long depth) throws RpcException, IOException {
    try {
      level(directory, shown, depth);
    } catch (NoSuchFileException | NotDirectoryException vanished) {
      // It was removed or replaced meanwhile; what was seen of it stands.
      System.getLogger(Listing.class.getName())
          .log(System.Logger.Level.TRACE, "a directory vanished", vanished);
    }
  }

  private List<Path> sorted(Path directory) throws RpcException, IOException {
    var entries = new ArrayList<Path>();
    try (var stream = Files.newDirectoryStream(directory)) {
      for (Path entry : stream) {
        if (++count > MOST_ENTRIES)
          throw new RpcException(
              RpcCode.RESOURCE_EXHAUSTED,
              "more than " + MOST_ENTRIES + " entries: list with a smaller depth");
        entries.add(entry);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(entries);
    return entries;
  }
}
