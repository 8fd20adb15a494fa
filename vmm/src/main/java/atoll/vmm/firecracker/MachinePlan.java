package atoll.vmm.firecracker;

import atoll.core.json.Json;
import atoll.vmm.VmSpec;
import atoll.vmm.VmSpec.Origin;
import atoll.vmm.firecracker.FirecrackerApi.Call;
import atoll.vmm.firecracker.FirecrackerVersion.Feature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The calls that make a machine, in the order in which Firecracker wants them.
///
/// - **Prepare** up to a machine that holds its tap and whose guest does not run.
/// - **Go** the one call after which it runs.
/// - **Source** Firecracker, `docs/getting-started.md`, `docs/snapshotting/snapshot-support.md`.
record MachinePlan(List<Call> prepare, Call go) {
  private static final String NET = "eth0";
  private static final String DISK = "rootfs";

  MachinePlan {
    prepare = List.copyOf(prepare);
  }

  static MachinePlan of(VmSpec spec, String tap, Room room, FirecrackerVersion version)
      throws IOException {
    return switch (spec.origin()) {
      case Origin.ColdBoot boot -> boot(spec, boot, tap, room);
      case Origin.Restore restore -> load(restore, tap, room, version);
    };
  }

  private static MachinePlan boot(VmSpec spec, Origin.ColdBoot boot, String tap, Room room)
      throws IOException {
    var calls = new ArrayList<Call>();
    calls.add(
        Call.put(
            "/machine-config",
            Json.object(
                "vcpu_count",
                spec.cpuCount(),
                "mem_size_mib",
                spec.memory().toMib(),
                "smt",
                false)));
    calls.add(Call.put("/boot-source", source(boot, room)));
    if (spec.disk() != null) calls.add(Call.put("/drives/" + DISK, drive()));
    calls.add(
        Call.put(
            "/network-interfaces/" + NET,
            Json.object("iface_id", NET, "host_dev_name", tap, "guest_mac", spec.guestMac())));
    calls.add(Call.put("/entropy", Json.EMPTY));
    return new MachinePlan(
        calls, Call.put("/actions", Json.object("action_type", "InstanceStart")));
  }

  private static Json.Obj source(Origin.ColdBoot boot, Room room) throws IOException {
    String initramfs =
        boot.initramfs() == null ? null : room.place(boot.initramfs(), Room.INITRAMFS);
    return Json.object(
        "kernel_image_path",
        room.place(boot.kernel(), Room.KERNEL),
        "initrd_path",
        initramfs,
        "boot_args",
        boot.kernelArguments());
  }

  /// With `Writeback` a guest's flush becomes one of the host's; by default none ever does.
  private static Json.Obj drive() {
    return Json.object(
        "drive_id",
        DISK,
        "path_on_host",
        Room.DISK,
        "is_root_device",
        true,
        "is_read_only",
        false,
        "cache_type",
        "Writeback");
  }

  /// Without `clock_realtime`: where KVM's clock is not stable the snapshot has none, and the load
  /// would end the monitor. The agent steps the guest's clock everywhere.
  private static MachinePlan load(
      Origin.Restore restore, String tap, Room room, FirecrackerVersion version)
      throws IOException {
    var overrides = List.of(Json.object("iface_id", NET, "host_dev_name", tap));
    var memory =
        Json.object(
            "backend_type", "File", "backend_path", room.place(restore.memoryFile(), Room.MEMORY));
    Json.Obj body =
        Json.object(
            "snapshot_path",
            room.place(restore.deviceState(), Room.STATE),
            "mem_backend",
            memory,
            "resume_vm",
            false,
            "network_overrides",
            version.has(Feature.NETWORK_OVERRIDES) ? overrides : null);
    return new MachinePlan(
        List.of(Call.put("/snapshot/load", body)),
        Call.patch("/vm", Json.object("state", "Resumed")));
  }
}
