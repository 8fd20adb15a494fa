package atoll.template;

import java.nio.file.Path;
import java.util.List;

/// The paths of one template's folder.
record TemplateFiles(Path folder) {
  static final List<String> NAMES =
      List.of("disk.raw", "memory", "device-state", "vmlinux", "initramfs");

  Path disk() {
    return folder.resolve("disk.raw");
  }

  Path memory() {
    return folder.resolve("memory");
  }

  Path deviceState() {
    return folder.resolve("device-state");
  }

  Path kernel() {
    return folder.resolve("vmlinux");
  }

  Path initramfs() {
    return folder.resolve("initramfs");
  }

  Path description() {
    return folder.resolve("template.json");
  }
}
