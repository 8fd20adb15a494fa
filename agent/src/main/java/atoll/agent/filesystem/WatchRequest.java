package atoll.agent.filesystem;

import atoll.agent.guest.PathKinds;
import atoll.agent.rpc.Message;
import atoll.agent.rpc.RpcException;
import atoll.linux.kernel.Statfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/// What to watch, checked: a directory, not on a network file system unless that is allowed.
///
/// @param withEntry whether events carry what is there now
record WatchRequest(Path directory, boolean recursive, boolean withEntry) {
  private static final Set<Long> NETWORK =
      Set.of(0x6969L, 0xff534d42L, 0x517bL, 0xfe534d42L, 0x65735546L);

  static WatchRequest of(String path, Message request) throws RpcException {
    Path directory = Path.of(path);
    if (!isDirectory(path, directory))
      throw RpcException.invalid("path " + path + " not a directory");
    if (!request.flag("allowNetworkMounts", false) && isNetwork(directory)) {
      throw RpcException.invalid("cannot watch path on network filesystem: " + path);
    }
    return new WatchRequest(
        directory, request.flag("recursive", false), request.flag("includeEntry", false));
  }

  private static boolean isDirectory(String path, Path directory) throws RpcException {
    try {
      return Files.readAttributes(directory, BasicFileAttributes.class).isDirectory();
    } catch (NoSuchFileException e) {
      if (PathKinds.isBelowFile(directory))
        throw RpcException.internal("error statting path " + path + ": not a directory");
      throw RpcException.notFound("path " + path + " not found");
    } catch (IOException e) {
      throw RpcException.internal("error statting path " + path + ": " + EntryInfo.reason(e));
    }
  }

  private static boolean isNetwork(Path directory) throws RpcException {
    try {
      return NETWORK.contains(Statfs.of(directory).type() & 0xffff_ffffL);
    } catch (IOException e) {
      throw RpcException.internal(
          "error checking file system of " + directory + ": " + e.getMessage());
    }
  }

  TreeWatch open() throws RpcException {
    try {
      return TreeWatch.open(directory, recursive);
    } catch (IOException e) {
      throw RpcException.internal(
          "error adding path " + directory + " to watcher: " + e.getMessage());
    }
  }
}
