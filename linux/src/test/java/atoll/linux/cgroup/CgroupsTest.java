package atoll.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which hierarchies are chosen on hosts of each kind, and what would be written, over plain
/// directories.
class CgroupsTest {
  private static final CgroupLimits LIMITS = new CgroupLimits(Bytes.mib(512), 64, 1.5);

  @TempDir Path fs;

  @Test
  void aPureVersion2HostHasOneHierarchy() throws IOException {
    unified("unified", "cpuset cpu io memory hugetlb pids");
    Cgroups cgroups = Cgroups.detect(v2("unified"));
    assertThat(cgroups.mode()).isEqualTo(CgroupMode.V2);
    assertThat(cgroups.open("a").paths()).containsExactly(fs.resolve("unified/atoll/a"));
  }

  @Test
  void aVersion1HostHasOneGroupPerController() throws IOException {
    Cgroups cgroups =
        Cgroups.detect(
            v1("memory", "memory") + v1("cpu,cpuacct", "cpu,cpuacct") + v1("pids", "pids"));
    assertThat(cgroups.mode()).isEqualTo(CgroupMode.V1);
    assertThat(cgroups.open("a").paths())
        .containsExactly(
            fs.resolve("memory/atoll/a"),
            fs.resolve("cpu,cpuacct/atoll/a"),
            fs.resolve("pids/atoll/a"));
  }

  @Test
  void aHybridHostIsLimitedByVersion1AndWatchedByVersion2() throws IOException {
    unified("unified", "hugetlb");
    Cgroups cgroups =
        Cgroups.detect(
            v1("cpu", "cpu")
                + v1("cpuacct", "cpuacct")
                + v1("memory", "memory")
                + v1("systemd", "name=systemd")
                + v1("pids", "pids")
                + v2("unified"));
    assertThat(cgroups.mode()).isEqualTo(CgroupMode.HYBRID);
    assertThat(cgroups.open("a").paths())
        .containsExactly(
            fs.resolve("unified/atoll/a"),
            fs.resolve("cpu/atoll/a"),
            fs.resolve("memory/atoll/a"),
            fs.resolve("pids/atoll/a"));
  }

  @Test
  void aControllerMountedTwiceCountsOnce() throws IOException {
    unified("unified", "memory pids");
    Cgroups cgroups =
        Cgroups.detect(v2("unified") + v1("memory", "memory") + v1("cpu", "cpu") + v2("again"));
    assertThat(cgroups.open("a").paths())
        .containsExactly(fs.resolve("unified/atoll/a"), fs.resolve("cpu/atoll/a"));
  }

  @Test
  void aHostWithoutCgroupsIsToldTheRemedy() {
    assertThatThrownBy(() -> Cgroups.detect("25 1 0:5 / /proc rw - proc proc rw\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("mount -t cgroup2");
  }

  @Test
  void mountPointsAreUnescapedAndOptionalFieldsSkipped() {
    String line = "36 35 98:0 / /with\\040space rw shared:1 master:2 - cgroup cgroup rw,memory\n";
    MountEntry entry = MountEntry.parseAll(line + "broken line\n").getFirst();
    assertThat(entry.mountPoint()).isEqualTo(Path.of("/with space"));
    assertThat(entry.type()).isEqualTo("cgroup");
    assertThat(entry.options()).containsExactlyInAnyOrder("rw", "memory");
  }

  @Test
  void controllersAreHandedDownOnVersion2() throws IOException {
    unified("unified", "cpu memory pids");
    Files.createDirectories(fs.resolve("unified/atoll"));
    Files.writeString(fs.resolve("unified/atoll/cgroup.subtree_control"), "cpu memory pids");
    Cgroups cgroups = Cgroups.detect(v2("unified"));
    Cgroup group = cgroups.create("a", LIMITS);
    assertThat(Files.readString(fs.resolve("unified/cgroup.subtree_control"))).startsWith("+");
    assertThat(cgroups.missing(group)).containsExactlyInAnyOrder("memory", "pids", "cpu");
  }

  @Test
  void limitsAreWrittenInEachVersionsWords() throws IOException {
    Path v2 = Files.createDirectories(fs.resolve("v2"));
    Path v1 = Files.createDirectories(fs.resolve("v1"));
    for (String f : List.of("memory.max", "pids.max", "cpu.max")) Files.createFile(v2.resolve(f));
    for (String f :
        List.of("memory.limit_in_bytes", "pids.max", "cpu.cfs_quota_us", "cpu.cfs_period_us")) {
      Files.createFile(v1.resolve(f));
    }
    group(v2, true).limit(LIMITS);
    group(v1, false).limit(LIMITS);
    assertThat(v2.resolve("memory.max")).hasContent("536870912");
    assertThat(v2.resolve("cpu.max")).hasContent("150000 100000");
    assertThat(v1.resolve("memory.limit_in_bytes")).hasContent("536870912");
    assertThat(v1.resolve("pids.max")).hasContent("64");
    assertThat(v1.resolve("cpu.cfs_quota_us")).hasContent("150000");
    assertThat(v1.resolve("cpu.cfs_period_us")).hasContent("100000");
  }

  @Test
  void namesStayBelowTheirParentAndOffControlFiles() throws IOException {
    Cgroups cgroups = Cgroups.detect(v1("memory", "memory"));
    for (String name : List.of("", "..", "a/b", "memory.max", "-a", "a".repeat(65))) {
      assertThatThrownBy(() -> cgroups.open(name)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void limitsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new CgroupLimits(Bytes.mib(0), 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CgroupLimits(Bytes.mib(1), 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CgroupLimits(Bytes.mib(1), 1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Cgroup group(Path path, boolean unified) {
    var all = java.util.EnumSet.allOf(Controller.class);
    return new Cgroup(List.of(new Cgroup.Directory(new Hierarchy(path, unified, all), path)));
  }

  private void unified(String directory, String controllers) throws IOException {
    Path root = Files.createDirectories(fs.resolve(directory));
    Files.writeString(root.resolve("cgroup.controllers"), controllers + "\n");
    Files.writeString(root.resolve("cgroup.subtree_control"), "\n");
  }

  private String v2(String directory) {
    return "41 31 0:38 / "
        + fs.resolve(directory)
        + " rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
  }

  private String v1(String directory, String controllers) {
    return "32 31 0:29 / "
        + fs.resolve(directory)
        + " rw,relatime - cgroup cgroup rw,"
        + controllers
        + "\n";
  }
}
