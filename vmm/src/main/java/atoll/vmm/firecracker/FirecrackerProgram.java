package atoll.vmm.firecracker;

import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.vmm.VmmException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// An installed Firecracker, its version, and its jailer where there is one of the same version.
///
/// No distribution packages it: it is named by `ATOLL_FIRECRACKER` or found on the PATH; the jailer
/// lies beside it, or is named by `ATOLL_JAILER`, where `none` means to do without.
public final class FirecrackerProgram {
  private static final System.Logger LOG = System.getLogger(FirecrackerProgram.class.getName());
  private static final String BINARY = "ATOLL_FIRECRACKER";
  private static final String JAILER = "ATOLL_JAILER";

  /// Printing a version takes some ms; a cold disk and a busy host are allowed for.
  private static final Duration VERSION_DEADLINE = Duration.ofSeconds(30);

  private static final int ELF_MAGIC = 0x464c457f;
  private static final int ELF_HEADER = 64;
  private static final int ELF_HEAD = 4096;
  private static final int PT_INTERP = 3;

  private final Path binary;
  private final FirecrackerVersion version;
  private final Path jailer;

  FirecrackerProgram(Path binary, FirecrackerVersion version, Path jailer) {
    this.binary = binary;
    this.version = version;
    this.jailer = jailer;
  }

  /// The one of this environment; empty where there is none.
  ///
  /// @throws Refusal.Unavailable for one that is named and cannot be used, or of another version
  public static Optional<FirecrackerProgram> find(Map<String, String> environment)
      throws IOException {
    String named = environment.get(BINARY);
    if (named != null && !named.isBlank())
      return Optional.of(at(Path.of(named), environment.get(JAILER)));
    for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
      if (!folder.startsWith("/")) continue;
      Path place = Path.of(folder, "firecracker");
      if (Files.isExecutable(place)) return Optional.of(at(place, environment.get(JAILER)));
    }
    return Optional.empty();
  }

  /// Asks this binary for its version.
  static FirecrackerProgram at(Path binary, String jailer) throws IOException {
    Path real = executable(binary);
    FirecrackerVersion version = version(real);
    if (!version.isDriven())
      throw new Refusal.Unavailable(
          "firecracker_version",
          real + " is Firecracker " + version + "; this Atoll drives 1.10 to 1.16",
          "name another one by ATOLL_FIRECRACKER, or use --vmm qemu");
    return new FirecrackerProgram(real, version, jailer(real, version, jailer));
  }

  private static Path executable(Path binary) throws IOException {
    if (Files.isExecutable(binary) && Files.isRegularFile(binary)) return binary.toRealPath();
    throw new Refusal.Unavailable(
        "firecracker_missing",
        binary + " is no program",
        "let ATOLL_FIRECRACKER name the firecracker binary");
  }

  private static Path jailer(Path binary, FirecrackerVersion version, String named)
      throws IOException {
    if ("none".equals(named)) return null;
    Path place = named == null ? binary.resolveSibling("jailer") : Path.of(named);
    if (!Files.isExecutable(place)) {
      if (named != null) executable(place);
      return null;
    }
    if (!isStatic(binary)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} is not used: {1} is linked dynamically and cannot run in an empty chroot",
          place,
          binary);
      return null;
    }
    FirecrackerVersion its = version(place);
    if (its.equals(version)) return place.toRealPath();
    LOG.log(
        System.Logger.Level.WARNING,
        "{0} is of version {1}, Firecracker of {2}: not used",
        place,
        its,
        version);
    return null;
  }

  /// Whether the program needs no interpreter, elf(5): no program header of type PT_INTERP.
  static boolean isStatic(Path program) throws IOException {
    try (var channel = FileChannel.open(program)) {
      ByteBuffer elf = ByteBuffer.allocate(ELF_HEAD).order(ByteOrder.LITTLE_ENDIAN);
      while (elf.hasRemaining() && channel.read(elf) >= 0) continue;
      if (elf.position() < ELF_HEADER || elf.getInt(0) != ELF_MAGIC) return false;
      int size = elf.getShort(54);
      for (int i = 0; i < elf.getShort(56); i++) {
        long at = elf.getLong(32) + (long) i * size;
        if (at < 0 || at + 4 > elf.position() || elf.getInt((int) at) == PT_INTERP) return false;
      }
      return true;
    }
  }

  private static FirecrackerVersion version(Path program) throws IOException {
    try {
      return FirecrackerVersion.parse(versionWords(program));
    } catch (IllegalArgumentException e) {
      throw new VmmException(program + " does not say which Firecracker it is", e);
    }
  }

  private static String versionWords(Path program) throws IOException {
    var deadline = Deadline.after(VERSION_DEADLINE);
    Process asked =
        new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
    try (var out = asked.getInputStream()) {
      if (!asked.waitFor(deadline.leftMillis(), TimeUnit.MILLISECONDS))
        throw new VmmException(
            program + " --version gave no answer in " + VERSION_DEADLINE.toSeconds() + " s");
      return new String(out.readNBytes(4096), StandardCharsets.UTF_8);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VmmException("interrupted while asking " + program + " for its version", e);
    } finally {
      asked.destroyForcibly();
    }
  }

  public Path binary() {
    return binary;
  }

  /// Such as `1.16.1`.
  public String version() {
    return version.toString();
  }

  FirecrackerVersion release() {
    return version;
  }

  /// The jailer, or empty: then monitors are jailed by us alone.
  public Optional<Path> jailer() {
    return Optional.ofNullable(jailer);
  }

  /// What our own jail lacks beside the jailer's, in words for people; empty where that is used.
  public Optional<String> warning() {
    if (jailer != null) return Optional.empty();
    return Optional.of(
        "no jailer for "
            + binary
            + ": monitors run as users of their own, in their network namespace and control group,"
            + " without new privileges, and see the host's files as any user does (no chroot)");
  }
}
