package atoll.vmm.qemu;

import atoll.core.Refusal;
import atoll.vmm.Accelerator;
import atoll.vmm.KvmDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Chooses the accelerator by behaviour: a KVM device alone proves nothing, a guest that runs does.
///
/// The same small guest runs under translation and under KVM, each in an unprivileged process that
/// is killed at its deadline. KVM is chosen when its guest ends within two seconds, or within twice
/// the time that translation took on a slow host. The verdict and its evidence are remembered in a
/// file until the kernel, QEMU or the device changes; deleting the file asks again.
///
/// - **Threads** one at a time; blocks for 0.3 s, or up to 3 s where KVM is there and does not
///   work.
public final class AcceleratorProbe {
  /// Hardware needs 30 ms for the guest and 100 ms for QEMU around it; the rest is for a busy host.
  private static final Duration KVM_LIMIT = Duration.ofSeconds(2);

  private static final Duration TCG_LIMIT = Duration.ofSeconds(60);

  private final QemuProgram qemu;
  private final Path memory;
  private final int uid;
  private final Path device;

  /// @param memory the file that remembers
  /// @param uid the unprivileged user that monitors run as, or one like it
  public AcceleratorProbe(QemuProgram qemu, Path memory, int uid) {
    this(qemu, memory, uid, KvmDevice.USUAL);
  }

  AcceleratorProbe(QemuProgram qemu, Path memory, int uid, Path device) {
    this.qemu = qemu;
    this.memory = memory;
    this.uid = uid;
    this.device = device;
  }

  /// The remembered verdict, or a fresh one.
  public AcceleratorVerdict choose() throws IOException {
    var kvm = KvmDevice.at(device);
    String key = key(kvm.map(k -> k + " inode " + k.inode()).orElse("no " + device));
    var known = AcceleratorVerdict.recall(memory, key);
    if (known.isPresent()) return known.get();
    AcceleratorVerdict fresh = kvm.isPresent() ? behaviour(kvm.get(), key) : absent(key);
    fresh.remember(memory);
    return fresh;
  }

  private String key(String about) throws IOException {
    return "linux "
        + Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip()
        + ", qemu "
        + qemu.version()
        + ", "
        + about;
  }

  private AcceleratorVerdict absent(String key) {
    return new AcceleratorVerdict(
        Accelerator.TCG,
        device + " does not exist: this host offers no hardware virtualisation",
        "no device",
        KVM_LIMIT,
        key);
  }

  private AcceleratorVerdict behaviour(KvmDevice kvm, String key) throws IOException {
    ProbeRun translated = ProbeRun.of(qemu, Accelerator.TCG, uid, 0, TCG_LIMIT);
    if (!translated.finished()) throw broken(translated);
    int group = kvm.groupForMonitors();
    boolean open = group != KvmDevice.CLOSED;
    Duration limit = longer(KVM_LIMIT, translated.took().multipliedBy(2));
    ProbeRun run = ProbeRun.of(qemu, Accelerator.KVM, open ? uid : 0, open ? group : 0, limit);
    String evidence =
        "probe guest under tcg: "
            + translated.took().toMillis()
            + " ms; under kvm"
            + (open ? "" : " as root")
            + ": "
            + run.took().toMillis()
            + " ms, "
            + run.words();
    if (!run.finished())
      return new AcceleratorVerdict(
          Accelerator.TCG, failure(kvm, run, limit), evidence, limit, key);
    if (open)
      return new AcceleratorVerdict(
          Accelerator.KVM,
          "a probe guest ran under KVM in " + run.took().toMillis() + " ms",
          evidence,
          limit,
          key);
    return new AcceleratorVerdict(
        Accelerator.TCG,
        "KVM works, but unprivileged monitors may not open "
            + kvm
            + ": chgrp kvm "
            + device
            + " && chmod 660 "
            + device
            + " gives it to them",
        evidence,
        limit,
        key);
  }

  private static String failure(KvmDevice kvm, ProbeRun run, Duration limit) {
    return run.took().compareTo(limit) >= 0
        ? kvm.path()
            + " exists, but a guest under it does not get anywhere: a probe guest was not done after "
            + run.took().toMillis()
            + " ms"
        : kvm.path() + " exists, but no guest starts under it: " + run.words();
  }

  private Refusal broken(ProbeRun run) {
    return new Refusal.Failed(
        "qemu_broken",
        qemu.binary() + " cannot run the simplest guest: " + run.words(),
        "try it by hand, or reinstall qemu-system-x86",
        null,
        null);
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }
}
