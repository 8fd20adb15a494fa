package atoll.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("real")
class FileProbeTest {
  @TempDir Path folder;

  private static void same(FileProbe probe, Path path, LinkOption... options) throws Exception {
    Map<String, Object> jdk =
        Files.readAttributes(path, "unix:mode,uid,gid,size,lastModifiedTime", options);
    Instant modified = ((FileTime) jdk.get("lastModifiedTime")).toInstant();
    assertThat(probe.status(path.toString(), options.length == 0))
        .as(path.toString())
        .isEqualTo(
            new FileProbe.Status(
                (Integer) jdk.get("mode"),
                (Integer) jdk.get("uid"),
                (Integer) jdk.get("gid"),
                (Long) jdk.get("size"),
                modified.getEpochSecond(),
                modified.getNano()));
  }

  @Test
  void saysWhatTheJdkSays() throws Exception {
    Path file = Files.writeString(folder.resolve("ü 😀"), "12345");
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(-5, 123_456_789)));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file.getFileName());
    try (var probe = new FileProbe()) {
      for (Path each : new Path[] {file, link, folder, Path.of("/tmp"), Path.of("/dev/null")}) {
        same(probe, each);
        same(probe, each, LinkOption.NOFOLLOW_LINKS);
      }
    }
  }

  @Test
  void tellsWhyItCannot() throws Exception {
    Path file = Files.createFile(folder.resolve("f"));
    try (var probe = new FileProbe()) {
      for (Object[] each :
          new Object[][] {
            {folder + "/none", Errno.ENOENT},
            {file + "/below", Errno.ENOTDIR},
            {folder + "/" + "n".repeat(256), Errno.ENAMETOOLONG},
            {"/" + "n/".repeat(3000), Errno.ENAMETOOLONG}
          }) {
        assertThatThrownBy(() -> probe.status((String) each[0], false))
            .isInstanceOfSatisfying(
                KernelException.class, e -> assertThat(e.errno()).isEqualTo(each[1]));
      }
    }
  }

  @Test
  void listsAttributes() throws Exception {
    String file = Files.createFile(folder.resolve("f")).toString();
    try (var probe = new FileProbe()) {
      assertThat(probe.attributes(file)).isEmpty();
      Xattr.set(file, "user.e2b.a", "1".getBytes(StandardCharsets.UTF_8));
      assertThat(probe.attributes(file)).containsExactly("user.e2b.a");
      assertThat(probe.attributes("/proc/self/status")).isEmpty();
    }
  }
}
