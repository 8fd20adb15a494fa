package atoll.template.image;

import atoll.core.Deadline;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// A distribution's `bzImage`, taken apart to the ELF kernel within, which starts sooner and is
/// what every monitor reads.
///
/// The setup header says where the packed kernel lies; its own first bytes say how it is packed.
/// LZ4 and gzip are unpacked here, xz and zstd by the programs of those names. Source: the kernel's
/// `Documentation/arch/x86/boot.rst`, protocol 2.08.
final class KernelImage {
  private static final int SETUP_SECTORS = 0x1f1;
  private static final int HEADER_MAGIC = 0x202;
  private static final int PROTOCOL = 0x206;
  private static final int PAYLOAD_OFFSET = 0x248;
  private static final int PAYLOAD_LENGTH = 0x24c;
  private static final int ELF = 0x464c457f;
  private static final long LARGEST = 512L << 20;

  private KernelImage() {}

  /// Writes the ELF kernel within `bzImage` to `target`.
  static void extract(Path bzImage, Path target) throws IOException {
    if (Files.size(bzImage) > LARGEST)
      throw new IOException(bzImage + " is too large for a kernel");
    ByteBuffer image = ByteBuffer.wrap(Files.readAllBytes(bzImage)).order(ByteOrder.LITTLE_ENDIAN);
    if (isElf(image)) {
      Files.copy(bzImage, target);
      return;
    }
    ByteBuffer kernel = unpack(payload(bzImage, image), target.resolveSibling("payload"));
    if (!isElf(kernel)) throw new IOException(bzImage + " holds no ELF kernel");
    Files.write(target, kernel.array());
  }

  private static boolean isElf(ByteBuffer bytes) {
    return bytes.remaining() > 64 && bytes.order(ByteOrder.LITTLE_ENDIAN).getInt(0) == ELF;
  }

  private static ByteBuffer payload(Path name, ByteBuffer image) throws IOException {
    if (image.limit() < 0x250 || image.getInt(HEADER_MAGIC) != 0x53726448)
      throw new IOException(name + " is no bzImage");
    if (image.getShort(PROTOCOL) < 0x208)
      throw new IOException(name + ": boot protocol older than 2.08");
    int sectors = image.get(SETUP_SECTORS) & 0xff;
    long start =
        ((sectors == 0 ? 4 : sectors) + 1) * 512L; // 0 means 4, for the sake of very old kernels
    start += Integer.toUnsignedLong(image.getInt(PAYLOAD_OFFSET));
    long length = Integer.toUnsignedLong(image.getInt(PAYLOAD_LENGTH));
    if (length < 16 || start + length > image.limit())
      throw new IOException(name + ": its kernel reaches beyond its end");
    return image.slice((int) start, (int) length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer unpack(ByteBuffer payload, Path scratch) throws IOException {
    int magic = payload.getInt(0);
    if (magic == Lz4Legacy.MAGIC) return ByteBuffer.wrap(Lz4Legacy.decode(payload, size(payload)));
    if ((magic & 0xffff) == 0x8b1f) return gunzip(payload);
    if (magic == 0xfd2fb528) return external(new Tool("zstd", "zstd"), ".zst", payload, scratch);
    if (magic == 0x587a37fd) return external(new Tool("xz", "xz-utils"), ".xz", payload, scratch);
    if (isElf(payload)) return copy(payload);
    throw new IOException(
        "kernel packed in an unknown way, first bytes %08x".formatted(Integer.reverseBytes(magic)));
  }

  /// All packers but gzip append the unpacked size; see the kernel's `scripts/Makefile.lib`.
  private static int size(ByteBuffer payload) throws IOException {
    long size = Integer.toUnsignedLong(payload.getInt(payload.limit() - 4));
    if (size > LARGEST) throw new IOException("kernel claims to unpack to " + size + " bytes");
    return (int) size;
  }

  private static ByteBuffer gunzip(ByteBuffer payload) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(copy(payload).array()))) {
      byte[] kernel = in.readNBytes((int) LARGEST);
      return ByteBuffer.wrap(kernel);
    }
  }

  private static ByteBuffer external(Tool tool, String suffix, ByteBuffer payload, Path scratch)
      throws IOException {
    size(payload);
    Path packed = scratch.resolveSibling(scratch.getFileName() + suffix);
    try {
      Files.write(packed, copy(payload.slice(0, payload.limit() - 4)).array());
      List<String> arguments = List.of("-d", "-q", "-f", packed.getFileName().toString());
      tool.run(packed.getParent(), Deadline.after(Duration.ofMinutes(1)), arguments);
      return ByteBuffer.wrap(Files.readAllBytes(scratch));
    } finally {
      Files.deleteIfExists(packed);
      Files.deleteIfExists(scratch);
    }
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.limit()];
    bytes.get(0, copy);
    return ByteBuffer.wrap(copy);
  }
}
