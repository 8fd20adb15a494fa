package atoll.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.core.Deadline;
import atoll.core.Patience;
import atoll.core.Progress;
import atoll.linux.kernel.FileTree;
import atoll.protocol.agent.AgentClient;
import atoll.protocol.agent.ExecRequest;
import atoll.template.image.Tool;
import atoll.vmm.Accelerator;
import atoll.vmm.Vm;
import atoll.vmm.VmSpec;
import atoll.vmm.Vmm;
import atoll.vmm.qemu.QemuProgram;
import atoll.vmm.qemu.QemuVmm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Builds a template for real, with a stand-in for the agent, and starts a clone of it.
///
/// Images are kept in the folder that `ATOLL_TEST_HOME` names (default: under /tmp), so that only
/// the first run makes them.
@Tag("real")
@Timeout(600)
class RealTemplateTest {
  private static final List<String> NEEDED =
      List.of(
          "/usr/bin/mmdebstrap",
          "/usr/bin/qemu-system-x86_64",
          "/usr/bin/qemu-img",
          "/usr/sbin/mke2fs",
          "/bin/busybox");

  private Path scratch;
  private LabHost host;
  private Vmm vmm;

  private static Path home() {
    String named = System.getenv("ATOLL_TEST_HOME");
    return Path.of(named == null ? "/tmp/atoll-test-home" : named);
  }

  @BeforeEach
  void prepare() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: needs root");
    assumeTrue(Files.exists(Path.of("/dev/net/tun")), "SKIPPED: /dev/net/tun is missing");
    for (String program : NEEDED)
      assumeTrue(Files.exists(Path.of(program)), "SKIPPED: " + program + " is missing");
    Files.createDirectories(home());
    scratch = Files.createTempDirectory(home(), "run-");
    Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwx--x--x"));
    host = new LabHost(scratch.resolve("vms"));
    vmm = new QemuVmm(QemuProgram.find(), Accelerator.TCG);
  }

  @AfterEach
  void clean() throws IOException {
    if (scratch != null) FileTree.remove(scratch);
  }

  private static final Progress LINES =
      new Progress() {
        @Override
        public void step(String name, String text, double fraction) {}

        @Override
        public void done(String name, long millis) {
          System.out.printf(Locale.ROOT, "%-10s %6d ms%n", name, millis);
        }
      };

  @Test
  void aCloneOfAFreshTemplateAnswersAndIsWhole() throws Exception {
    TemplateStore store = TemplateStore.open(scratch.resolve("templates"), vmm);
    var builder =
        new TemplateBuilder(
            vmm,
            store,
            home().resolve("cache/images"),
            host,
            new StandInBundle(home()),
            Patience.USUAL);
    Template template =
        builder.build(
            TemplateSpec.base(vmm.accelerator()), Deadline.after(Duration.ofMinutes(9)), LINES);
    assertThat(store.require("base")).isEqualTo(template);
    store.verify(template);
    tell(template);
    try (BuildSlot slot = host.open("clone")) {
      check(slot, template);
    }
  }

  private static void tell(Template template) {
    List<String> sizes =
        new Tool("du", "coreutils")
            .run(
                template.disk().getParent(),
                Deadline.after(Duration.ofSeconds(9)),
                List.of("-k", "--", "disk.raw", "memory", "device-state"));
    System.out.println("KiB on disk: " + sizes);
  }

  private void check(BuildSlot slot, Template template) throws IOException {
    Path overlay = slot.jail().directory().resolve("overlay.qcow2");
    new Tool("qemu-img", "qemu-utils")
        .run(
            scratch,
            Deadline.after(Duration.ofSeconds(20)),
            List.of(
                "create",
                "-q",
                "-f",
                "qcow2",
                "-F",
                "raw",
                "-b",
                template.disk().toString(),
                overlay.toString()));
    Files.setAttribute(overlay, "unix:uid", slot.jail().uid());
    long start = System.nanoTime();
    Vm vm =
        vmm.start(
            new VmSpec(
                "clone", 1, template.memorySize(), overlay, GuestShape.MAC, template.restore()),
            slot.jail());
    try {
      vm.run(Deadline.after(Duration.ofSeconds(20)));
      new BuildGuest(vm, slot).awaitAgent(Deadline.after(Duration.ofSeconds(20)));
      System.out.printf(
          Locale.ROOT, "restore to health: %d ms%n", (System.nanoTime() - start) / 1_000_000);
      try (var agent =
          new AgentClient(
              slot.connect(AgentClient.PORT, Deadline.after(Duration.ofSeconds(5))), null)) {
        new GuestShapeChecks(agent).run(template.info().id());
      }
    } finally {
      vm.stop(Deadline.after(Duration.ofSeconds(10)));
    }
  }

  /// What the issue and the SDKs expect of `base`.
  private record GuestShapeChecks(AgentClient agent) {
    private String sh(String script) throws IOException {
      Deadline deadline = Deadline.after(Duration.ofSeconds(30));
      var result = agent.exec(ExecRequest.as("root", "sh", "-c", script), 1 << 16, deadline);
      return result.exitCode() + ":" + result.out().strip();
    }

    void run(String id) throws IOException {
      assertThat(sh("cat /sys/devices/system/clocksource/clocksource0/current_clocksource"))
          .isEqualTo("0:tsc");
      assertThat(sh("cat /sys/fs/cgroup/cgroup.subtree_control")).isEqualTo("0:cpu io memory pids");
      assertThat(sh("stat -f -c %T /sys/fs/cgroup /run /dev/shm"))
          .isEqualTo("0:cgroup2fs\ntmpfs\ntmpfs");
      assertThat(
              sh(
                  "su user -c 'id -u; sudo -n id -u; cd; pwd; touch /code/x /usr/local/lib/y && echo ok'"))
          .isEqualTo("0:1000\n0\n/home/user\nok");
      assertThat(sh("su user -c \"bash -lc 'echo \\$SHELL \\$LANG'\""))
          .isEqualTo("0:/bin/bash C.UTF-8");
      assertThat(
              sh(
                  "for p in python3 git curl ss pgrep; do command -v $p >/dev/null || echo no $p; done"))
          .isEqualTo("0:");
      assertThat(sh("cat /proc/$(pgrep -o java)/oom_score_adj; ps -o ni= -p $(pgrep -o java)"))
          .isEqualTo("0:-1000\n-20");
      assertThat(sh("grep TEMPLATE /.e2b; hostname; mount | grep -c overlay"))
          .isEqualTo("1:TEMPLATE_ID=" + id + "\natoll\n0");
      assertThat(
              sh(
                  "dd if=/dev/zero of=/big bs=1M count=64 2>/dev/null; rm /big; dmesg | grep -c 'EXT4-fs error'"))
          .isEqualTo("1:0");
    }
  }
}
