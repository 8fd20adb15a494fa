package atoll.template.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The first file system of a guest: static busybox, the kernel's modules for the machine's
/// devices, and a script.
///
/// The script loads the modules, applies the kernel's `ip=` argument, mounts the root disk and
/// hands over to its init. Not compressed: unpacking costs more than reading where the processor is
/// translated.
final class Initramfs {
  private static final List<String> APPLETS =
      List.of(
          "sh",
          "cat",
          "insmod",
          "ip",
          "mkdir",
          "mount",
          "poweroff",
          "reboot",
          "sleep",
          "switch_root");

  private Initramfs() {}

  static void write(GuestKernel kernel, Path busybox, Path target) throws IOException {
    var cpio = new Cpio();
    for (String folder : List.of("bin", "dev", "modules", "proc", "root", "sys"))
      cpio.folder(folder);
    cpio.characterDevice("dev/console", 0600, 5, 1);
    cpio.file("bin/busybox", 0755, Files.readAllBytes(busybox));
    for (String applet : APPLETS) cpio.link("bin/" + applet, "busybox");
    cpio.file("init", 0755, GuestFiles.read("init.sh"));
    cpio.file("network.sh", 0644, GuestFiles.read("network.sh"));
    int order = 0;
    for (Path module : kernel.modules()) {
      cpio.file(
          "modules/%02d-%s".formatted(order++, module.getFileName()),
          0644,
          Files.readAllBytes(module));
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target), 1 << 16)) {
      cpio.write(out);
    }
  }
}
