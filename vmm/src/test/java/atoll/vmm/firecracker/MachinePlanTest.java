package atoll.vmm.firecracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Bytes;
import atoll.core.json.Json;
import atoll.vmm.VmSpec;
import atoll.vmm.VmSpec.Origin;
import atoll.vmm.VmmException;
import atoll.vmm.firecracker.FirecrackerApi.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachinePlanTest {
  private static final FirecrackerVersion NEWEST = new FirecrackerVersion(1, 16, 1);
  private static final FirecrackerVersion OLDEST = new FirecrackerVersion(1, 10, 1);

  @TempDir private Path folder;
  private Room room;
  private Path file;

  @BeforeEach
  void files() throws IOException {
    room =
        new Room(Files.createDirectory(folder.resolve("room")), folder.resolve("api.sock"), false);
    file = Files.writeString(folder.resolve("file"), "content");
  }

  @Test
  void aBootIsConfiguredInTheOrderThatFirecrackerWants() throws IOException {
    var plan = plan(new Origin.ColdBoot(file, file, "console=ttyS0", null), NEWEST);
    assertThat(plan.prepare().stream().map(Call::toString))
        .containsExactly(
            "PUT /machine-config",
            "PUT /boot-source",
            "PUT /drives/rootfs",
            "PUT /network-interfaces/eth0",
            "PUT /entropy");
    assertThat(plan.go().body().text("action_type")).contains("InstanceStart");
  }

  @Test
  void theDiskIsRelativeAndFlushesReachTheHost() throws IOException {
    var plan = plan(new Origin.ColdBoot(file, null, "", null), NEWEST);
    Json.Obj drive = plan.prepare().get(2).body();
    assertThat(drive.text("path_on_host")).contains("disk.raw");
    assertThat(drive.text("cache_type")).contains("Writeback");
    assertThat(plan.prepare().get(1).body().get("initrd_path")).isEmpty();
  }

  @Test
  void aGuestGetsTheTapOfItsSlot() throws IOException {
    var plan = plan(new Origin.ColdBoot(file, null, "", null), NEWEST);
    assertThat(plan.prepare().get(3).body())
        .hasToString(
            "{\"iface_id\":\"eth0\",\"host_dev_name\":\"tap9\",\"guest_mac\":\"02:FC:00:00:00:05\"}");
  }

  @Test
  void aLoadIsTheFirstCallAndLetsNothingRun() throws IOException {
    var plan = plan(new Origin.Restore(file, file), NEWEST);
    assertThat(plan.prepare()).hasSize(1);
    Json.Obj load = plan.prepare().getFirst().body();
    assertThat(load.bool("resume_vm")).contains(false);
    assertThat(load.get("clock_realtime")).isEmpty();
    assertThat(load.object("mem_backend").text("backend_path")).contains("memory");
    assertThat(load.items("network_overrides"))
        .containsExactly(Json.object("iface_id", "eth0", "host_dev_name", "tap9"));
    assertThat(plan.go()).hasToString("PATCH /vm");
  }

  @Test
  void anOldReleaseIsNotAskedForWhatItDoesNotKnow() throws IOException {
    Json.Obj load = plan(new Origin.Restore(file, file), OLDEST).prepare().getFirst().body();
    assertThat(load.members()).containsOnlyKeys("snapshot_path", "mem_backend", "resume_vm");
  }

  @Test
  void filesAreLinkedIntoTheRoomNotCopied() throws IOException {
    plan(new Origin.Restore(file, file), NEWEST);
    assertThat(Files.getAttribute(file, "unix:nlink")).isEqualTo(3);
  }

  @Test
  void aMissingFileHasItsOwnCode() {
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> plan(new Origin.ColdBoot(none, null, "", null), NEWEST))
        .isInstanceOfSatisfying(
            VmmException.class, e -> assertThat(e.reason()).contains("kernel_missing"));
    assertThatThrownBy(() -> plan(new Origin.Restore(file, none), NEWEST))
        .isInstanceOfSatisfying(
            VmmException.class, e -> assertThat(e.reason()).contains("snapshot_missing"));
  }

  private MachinePlan plan(Origin origin, FirecrackerVersion version) throws IOException {
    var spec =
        new VmSpec("x-1", 2, Bytes.mib(256), folder.resolve("disk"), "02:FC:00:00:00:05", origin);
    return MachinePlan.of(spec, "tap9", room, version);
  }
}
