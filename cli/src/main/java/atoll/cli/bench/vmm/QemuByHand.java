package atoll.cli.bench.vmm;

import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import atoll.protocol.http.UnixConnection;
import atoll.template.Template;
import atoll.vmm.Accelerator;
import atoll.vmm.qemu.QemuVmm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// QEMU: the machine that the snapshot was taken of, and five commands.
final class QemuByHand extends ByHand {
  private static final int LONGEST_LINE = 1 << 16;

  private final Accelerator accelerator;
  private final Template template;
  private final String mac;
  private UnixConnection connection;
  private BufferedReader lines;

  QemuByHand(Accelerator accelerator, Template template, String mac, Path namespace, Path folder) {
    super(namespace, folder);
    this.accelerator = accelerator;
    this.template = template;
    this.mac = mac;
  }

  @Override
  List<String> words() {
    String mib = template.memorySize().toMib() + "M";
    var words =
        new ArrayList<>(
            List.of("qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none"));
    words.addAll(List.of("-no-reboot", "-S", "-incoming", "defer", "-m", mib));
    words.addAll(List.of("-smp", Integer.toString(template.info().cpuCount())));
    words.add("-machine");
    words.add(
        "microvm,acpi=on,pcie=off,rtc=off,dump-guest-core=off,mem-merge=off,memory-backend=ram");
    words.addAll(
        accelerator == Accelerator.KVM
            ? List.of("-accel", "kvm", "-cpu", "host")
            : List.of("-accel", "tcg,tb-size=512", "-cpu", QemuVmm.TCG_PROCESSOR));
    words.addAll(
        List.of(
            "-object",
            "memory-backend-file,id=ram,size=" + mib + ",share=off,mem-path=" + template.memory()));
    words.addAll(List.of("-qmp", "unix:" + socket() + ",server=on,wait=off"));
    words.addAll(List.of("-serial", "file:" + folder.resolve("console")));
    words.addAll(
        List.of(
            "-blockdev",
            "driver=qcow2,node-name=disk,file.driver=file,file.filename="
                + folder.resolve("overlay.qcow2")));
    words.addAll(List.of("-device", "virtio-blk-device,drive=disk"));
    words.addAll(List.of("-netdev", "tap,id=net,ifname=tap0,script=no,downscript=no"));
    words.addAll(List.of("-device", "virtio-net-device,netdev=net,mac=" + mac));
    words.addAll(List.of("-device", "virtio-rng-device"));
    return words;
  }

  private Path socket() {
    return folder.resolve("qmp.sock");
  }

  @Override
  boolean listens() {
    try {
      connection = UnixConnection.connect(socket());
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void run(Deadline deadline) throws IOException {
    awaitSocket(deadline);
    connection.deadline(deadline);
    lines = new BufferedReader(new InputStreamReader(connection.input(), StandardCharsets.UTF_8));
    awaitMember("QMP");
    call("qmp_capabilities", Json.EMPTY);
    var capabilities = List.of(on("x-ignore-shared"), on("events"));
    call("migrate-set-capabilities", Json.object("capabilities", capabilities));
    call("migrate-incoming", Json.object("uri", "exec:cat " + template.deviceState()));
    while (true) {
      Json.Obj event = awaitMember("event");
      String status = event.object("data").text("status").orElse("");
      if (status.equals("completed")) break;
      if (status.equals("failed")) throw new IOException("the device state was refused");
    }
    call("cont", Json.EMPTY);
  }

  private static Json.Obj on(String capability) {
    return Json.object("capability", capability, "state", true);
  }

  private void call(String command, Json.Obj arguments) throws IOException {
    Json given = arguments.members().isEmpty() ? null : arguments; // each byte takes QEMU its time
    String text = Json.object("execute", command, "arguments", given) + "\n";
    connection.output().write(text.getBytes(StandardCharsets.UTF_8));
    awaitMember("return");
  }

  private Json.Obj awaitMember(String name) throws IOException {
    while (true) {
      String line = lines.readLine();
      if (line == null || line.length() > LONGEST_LINE)
        throw new IOException("QEMU ended; " + folder.resolve("said"));
      Json.Obj message = JsonReader.readObject(line.getBytes(StandardCharsets.UTF_8));
      if (message.members().containsKey("error")) throw new IOException(line);
      if (message.members().containsKey(name)) return message;
    }
  }

  @Override
  public void pause(Deadline deadline) throws IOException {
    connection.deadline(deadline);
    call("stop", Json.EMPTY);
  }

  @Override
  public void resume(Deadline deadline) throws IOException {
    connection.deadline(deadline);
    call("cont", Json.EMPTY);
  }

  @Override
  public void close() throws IOException {
    if (connection != null) connection.close();
    super.close();
  }
}
