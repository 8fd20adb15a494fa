package atoll.vmm.firecracker;

import atoll.core.json.Json;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.process.Child;
import atoll.linux.process.ExitStatus;
import atoll.linux.process.Spawn;
import atoll.vmm.KvmDevice;
import atoll.vmm.VmmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Asks a Firecracker whether it can run a guest here, by letting it run one.
///
/// The [ProbeKernel] runs once, as an unprivileged user, and must be done within two seconds. The
/// verdict is remembered in a file until the kernel, the binary or the KVM device changes; deleting
/// the file asks again.
///
/// - **Threads** one at a time; blocks for some 50 ms, or for the limit where nothing runs.
public final class FirecrackerProbe {
  /// Hardware needs 30 ms for the guest and some more for the process; the rest is for a busy host.
  public static final Duration LIMIT = Duration.ofSeconds(2);

  /// A killed process that spins in the kernel was gone in 10 ms; a busy host is allowed for.
  private static final Duration LONGEST_DEATH = Duration.ofSeconds(10);

  private static final int SIGKILL = 9;
  private static final int LONGEST_WORDS = 2000;

  private final FirecrackerProgram program;
  private final Path memory;
  private final int uid;

  /// @param memory the file that remembers
  /// @param uid the unprivileged user that monitors run as, or one like it
  public FirecrackerProbe(FirecrackerProgram program, Path memory, int uid) {
    this.program = program;
    this.memory = memory;
    this.uid = uid;
  }

  /// The remembered verdict, or a fresh one.
  ///
  /// @param limit what the guest may take: [#LIMIT], or more on a host that is known to be slow
  public FirecrackerVerdict ask(Duration limit) throws IOException {
    var kvm = KvmDevice.at(KvmDevice.USUAL);
    String key = key(kvm.map(device -> device + " inode " + device.inode()).orElse("no KVM"));
    var known = FirecrackerVerdict.recall(memory, key);
    if (known.isPresent()) return known.get();
    FirecrackerVerdict fresh =
        kvm.isPresent()
            ? behaviour(kvm.get(), limit, key)
            : new FirecrackerVerdict(false, "there is no " + KvmDevice.USUAL, "no device", key);
    fresh.remember(memory);
    return fresh;
  }

  private String key(String about) throws IOException {
    return "linux %s, firecracker %s of %d bytes, %s"
        .formatted(
            Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip(),
            program.version(),
            Files.size(program.binary()),
            about);
  }

  private FirecrackerVerdict behaviour(KvmDevice kvm, Duration limit, String key)
      throws IOException {
    int group = kvm.groupForMonitors();
    if (group == KvmDevice.CLOSED)
      return new FirecrackerVerdict(
          false,
          "unprivileged monitors may not open " + kvm + ": chgrp kvm and chmod 660 give it to them",
          "not tried",
          key);
    Path folder = Files.createTempDirectory("atoll-probe-");
    try {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
      return run(folder, group, limit, key);
    } finally {
      for (String name : List.of("kernel", "config.json", "words"))
        Files.deleteIfExists(folder.resolve(name));
      Files.deleteIfExists(folder);
    }
  }

  private FirecrackerVerdict run(Path folder, int group, Duration limit, String key)
      throws IOException {
    Path config = write(folder);
    Path words = Files.createFile(folder.resolve("words"));
    long start = System.nanoTime();
    Child child;
    try (Fd said = FdIo.open(words, FdIo.O_RDWR)) {
      var spawn =
          Spawn.command(
                  program.binary().toString(),
                  "--id",
                  "atoll-probe",
                  "--no-api",
                  "--config-file",
                  config.toString())
              .environment(Map.of("PATH", "/usr/bin:/bin"))
              .directory("/")
              .fd(1, said.number())
              .fd(2, said.number())
              .session(true);
      child =
          (group > 0 ? spawn.credentials(uid, uid, group) : spawn.credentials(uid, uid)).start();
    }
    ExitStatus status = end(child, limit);
    long millis = (System.nanoTime() - start) / 1_000_000;
    return verdict(status, millis, limit, said(words), key);
  }

  private static Path write(Path folder) throws IOException {
    Path kernel = folder.resolve("kernel");
    ProbeKernel.write(kernel);
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        Json.object(
                "boot-source",
                Json.object("kernel_image_path", kernel.toString(), "boot_args", "quiet"),
                "machine-config",
                Json.object("vcpu_count", 1, "mem_size_mib", 32),
                "drives",
                List.of())
            .toString());
    for (Path file : List.of(kernel, config))
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    return config;
  }

  private static String said(Path words) throws IOException {
    String text = Files.readString(words, java.nio.charset.StandardCharsets.ISO_8859_1);
    return text.substring(Math.max(0, text.length() - LONGEST_WORDS)).strip();
  }

  private FirecrackerVerdict verdict(
      ExitStatus status, long millis, Duration limit, String said, String key) {
    String name = "Firecracker " + program.version();
    if (status == null)
      return new FirecrackerVerdict(
          false,
          "a guest under %s does not get anywhere: a probe guest was not done after %d ms"
              .formatted(name, limit.toMillis()),
          "still running; killed and gone: " + said,
          key);
    String evidence = "probe guest under %s: %d ms, %s".formatted(name, millis, status);
    if (said.lines().anyMatch(line -> line.contains(ProbeKernel.DONE)))
      return new FirecrackerVerdict(
          true, "a probe guest ran under %s in %d ms".formatted(name, millis), evidence, key);
    return new FirecrackerVerdict(
        false, "no guest runs under " + name + ": " + Faults.plain(said), evidence, key);
  }

  /// How it ended, or null at the limit; gone in both cases.
  private static ExitStatus end(Child child, Duration limit) throws IOException {
    try {
      var ended = child.awaitEnd(limit);
      if (ended.isPresent()) return ended.get();
      child.signal(SIGKILL);
      if (child.awaitEnd(LONGEST_DEATH).isEmpty())
        throw new VmmException("the probe process " + child.pid() + " was killed and does not end");
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VmmException("interrupted while probing", e);
    } finally {
      child.signal(SIGKILL); // nothing, unless waiting for it was interrupted
    }
  }
}
