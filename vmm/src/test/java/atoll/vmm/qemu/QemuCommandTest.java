package atoll.vmm.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Bytes;
import atoll.vmm.Accelerator;
import atoll.vmm.VmSpec;
import atoll.vmm.VmSpec.Origin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QemuCommandTest {
  private static final Origin RESTORE =
      new Origin.Restore(Path.of("/t/memory"), Path.of("/t/state"));
  private static final Origin TEMPLATE =
      new Origin.ColdBoot(
          Path.of("/t/vmlinux"), Path.of("/t/initramfs"), "quiet", Path.of("/t/memory"));

  @Test
  void templateAndCloneAreTheSameMachine() {
    var template = command("7.2.22", Accelerator.TCG, TEMPLATE);
    var clone = command("7.2.22", Accelerator.TCG, RESTORE);
    assertThat(devices(template)).isEqualTo(devices(clone)).isNotEmpty();
    assertThat(after(template, "-machine")).isEqualTo(after(clone, "-machine"));
  }

  @Test
  void aTemplateSharesItsMemoryFileAndACloneDoesNot() {
    assertThat(after(command("7.2.22", Accelerator.TCG, TEMPLATE), "-object")).contains("share=on");
    assertThat(after(command("7.2.22", Accelerator.TCG, RESTORE), "-object"))
        .contains("share=off")
        .doesNotContain("readonly");
  }

  @Test
  void aNewerQemuOpensTheMemoryFileReadOnly() {
    assertThat(after(command("8.2.0", Accelerator.TCG, RESTORE), "-object"))
        .contains("readonly=on,rom=off");
  }

  @Test
  void nothingIsInheritedByName() {
    var command = command("7.2.22", Accelerator.TCG, RESTORE);
    assertThat(after(command, "-netdev")).isEqualTo("tap,id=net,fd=3");
    assertThat(after(command, "-sandbox")).contains("spawn=deny", "elevateprivileges=deny");
    assertThat(command)
        .contains("-S", "-nodefaults", "-no-user-config", "-no-reboot")
        .contains("atoll-box");
  }

  @Test
  void kvmUsesTheHostsProcessor() {
    assertThat(after(command("7.2.22", Accelerator.KVM, RESTORE), "-cpu")).isEqualTo("host");
  }

  @Test
  void softwareDoesNotPromiseFastStringInstructions() {
    assertThat(after(command("7.2.22", Accelerator.TCG, RESTORE), "-cpu"))
        .startsWith("max")
        .contains(",-erms", ",-fsrm");
  }

  @Test
  void commasInPathsDoNotBecomeOptions() {
    var spec =
        new VmSpec(
            "box", 1, Bytes.mib(64), Path.of("/d/a,readonly=on"), "02:FC:00:00:00:05", RESTORE);
    var command =
        QemuCommand.of(program("7.2.22"), Accelerator.TCG, spec, Path.of("/j/console.sock"));
    assertThat(after(command, "-blockdev")).endsWith("/d/a,,readonly=on");
  }

  @Test
  void versionsAreReadAndCompared() {
    var debian = QemuVersion.parse("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)\nCopyright");
    assertThat(debian).isEqualTo(new QemuVersion(7, 2, 22));
    assertThat(debian.atLeast(7, 2)).isTrue();
    assertThat(debian.atLeast(8, 0)).isFalse();
    assertThat(new QemuVersion(10, 0, 0).atLeast(8, 2)).isTrue();
    assertThatThrownBy(() -> QemuVersion.parse("bash: no such command"))
        .hasMessageContaining("no QEMU version");
  }

  private static List<String> command(String version, Accelerator accelerator, Origin origin) {
    var spec =
        new VmSpec(
            "box", 1, Bytes.mib(512), Path.of("/j/overlay.qcow2"), "02:FC:00:00:00:05", origin);
    return QemuCommand.of(program(version), accelerator, spec, Path.of("/j/console.sock"));
  }

  private static QemuProgram program(String version) {
    return new QemuProgram(
        Path.of("/usr/bin/qemu-system-x86_64"),
        QemuVersion.parse("QEMU emulator version " + version));
  }

  private static String after(List<String> command, String option) {
    return command.get(command.indexOf(option) + 1);
  }

  private static List<String> devices(List<String> command) {
    var found = new ArrayList<String>();
    for (int i = 0; i < command.size(); i++)
      if (command.get(i).equals("-device")) found.add(command.get(i + 1));
    return found;
  }
}
