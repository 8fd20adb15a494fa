package atoll.linux.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What the kernel tells about a process. A process that is gone is a [NoSuchFileException].
/// Source: proc(5).
public final class Procfs {
  private static final Path PROC = Path.of("/proc");
  private static final int READS = 16;
  private static final int SETTING = 4096;

  private Procfs() {}

  /// The inode of the network namespace that the process (its main thread) is in.
  public static long netnsInode(long pid) throws IOException {
    return inode(Files.readSymbolicLink(process(pid).resolve("ns/net")).toString());
  }

  /// Clock ticks after boot at which the process started: with the pid it names one process for
  /// ever.
  public static long startTime(long pid) throws IOException {
    return startTime(Files.readString(process(pid).resolve("stat")));
  }

  /// Differs after each boot of the host: what a journal says about kernel objects ends with it.
  public static String bootId() throws IOException {
    return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
  }

  /// A kernel setting, such as `kernel/threads-max`. Source: proc(5), below /proc/sys.
  ///
  /// In one read(2): a number that is read in pieces ends after the first of them, and
  /// [Files#readString] asks such a file, whose size is said to be 0, for a single byte first.
  public static String setting(String name) throws IOException {
    try (var in = Files.newInputStream(PROC.resolve("sys").resolve(name))) {
      return new String(in.readNBytes(SETTING), StandardCharsets.UTF_8).strip();
    }
  }

  /// The processes whose main thread is in this network namespace. Looks at every process of the
  /// host.
  public static List<Long> processesIn(long netnsInode) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> isIn(pid, netnsInode))
        .toList();
  }

  private static boolean isIn(long pid, long netnsInode) {
    try {
      return netnsInode(pid) == netnsInode;
    } catch (IOException ended) {
      return false;
    }
  }

  /// The arguments the process was started with; empty for a zombie.
  public static List<String> cmdline(long pid) throws IOException {
    String text = Files.readString(process(pid).resolve("cmdline"));
    return text.isEmpty() ? List.of() : Arrays.asList(text.split("\0", -1)).subList(0, count(text));
  }

  /// Each tun or tap descriptor of the process with its interface's name; the name is empty once
  /// the interface is gone.
  public static Map<Integer, String> tunDescriptors(long pid) throws IOException {
    var found = new TreeMap<Integer, String>();
    try (DirectoryStream<Path> fds = Files.newDirectoryStream(process(pid).resolve("fdinfo"))) {
      for (Path fd : fds) {
        interfaceOf(fd)
            .ifPresent(name -> found.put(Integer.parseInt(fd.getFileName().toString()), name));
      }
    }
    return found;
  }

  /// A descriptor can be closed between open(2) and read(2) of its fdinfo: then the read itself is
  /// ENOENT, which Java tells as a plain IOException. Reading again tells a closed one, whose file
  /// is gone, from one that was opened anew under the number.
  private static Optional<String> interfaceOf(Path fdinfo) throws IOException {
    for (int left = READS; ; left--) {
      try {
        return tunInterface(Files.readString(fdinfo));
      } catch (NoSuchFileException closedMeanwhile) {
        return Optional.empty();
      } catch (IOException closedInMidRead) {
        if (left == 1) throw closedInMidRead;
      }
    }
  }

  static Optional<String> tunInterface(String fdinfo) {
    return fdinfo
        .lines()
        .filter(l -> l.startsWith("iff:"))
        .map(l -> l.substring(4).strip())
        .findFirst();
  }

  static long inode(String link) {
    int open = link.indexOf('[');
    int close = link.indexOf(']', open + 1);
    if (open < 0 || close < 0) throw new IllegalArgumentException("not a namespace link: " + link);
    return Long.parseLong(link.substring(open + 1, close));
  }

  /// The command name may hold spaces and parentheses, so fields are counted from the last `)`;
  /// start time is field 22.
  static long startTime(String stat) {
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(afterName[22 - 3]);
  }

  private static int count(String cmdline) {
    return (int) cmdline.chars().filter(c -> c == 0).count();
  }

  private static Path process(long pid) {
    return PROC.resolve(Long.toString(pid));
  }
}
