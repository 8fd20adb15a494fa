package atoll.node.sandbox;

import atoll.core.Deadline;
import atoll.core.SandboxId;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.KernelException;
import atoll.linux.net.Cidr;
import atoll.linux.net.LinkWatch;
import atoll.linux.process.Pipe;
import atoll.node.gate.GateLimits;
import atoll.node.gate.GuestAgent;
import atoll.node.gate.HostEvidence;
import atoll.node.gate.Identity;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.protocol.network.EgressPolicy;
import atoll.protocol.network.NetworkName;
import atoll.protocol.node.CreateSandbox;
import atoll.protocol.node.TemplateInfo;
import atoll.template.Template;
import atoll.vmm.Accelerator;
import atoll.vmm.Jail;
import atoll.vmm.Vm;
import atoll.vmm.VmExit;
import atoll.vmm.VmSpec;
import atoll.vmm.Vmm;
import atoll.vmm.VmmException;
import atoll.vmm.VmmKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A host that exists in memory, but for its files and its journal, and remembers what is on it.
///
/// Steps are counted; at a chosen one the world fails, or freezes as if the process were dead.
final class FakeWorld implements AutoCloseable {
  static final SandboxId ID = new SandboxId("itest");
  static final SandboxId OTHER = new SandboxId("iother");

  final Path home;
  final Ledger ledger;
  final Template template;
  static final NetworkName NETWORK = new NetworkName("team", "dev");
  final Set<String> ports = Collections.synchronizedSet(new TreeSet<>());
  final Set<Integer> seats = Collections.synchronizedSet(new TreeSet<>());
  volatile List<String> addresses = List.of();
  volatile boolean answersInNetwork = true;
  volatile boolean portCut;
  final Set<Integer> slots = Collections.synchronizedSet(new TreeSet<>());
  final Map<String, FakeGroup> groups = new ConcurrentHashMap<>();
  final Map<String, FakeVm> monitors = new ConcurrentHashMap<>();
  final List<String> steps = Collections.synchronizedList(new ArrayList<>());
  final Map<String, Throwable> failures = new TreeMap<>();
  volatile int crashAt = Integer.MAX_VALUE;
  volatile int failAt = -1;
  volatile IOException failure;
  volatile boolean frozen;
  volatile long available = 8L << 30;
  volatile long inodeOfMonitor = 4242;
  volatile List<String> tapsHeld = List.of("tap0");
  volatile boolean carrier = true;
  volatile int refusedConnects = 2;
  final AtomicInteger busyTaps = new AtomicInteger();
  final Set<Integer> spoiled = Collections.synchronizedSet(new TreeSet<>());
  volatile boolean healthy = true;
  volatile String initFailure;
  volatile String dieAt = "";
  volatile CountDownLatch hangAt;
  volatile String hangStep = "";

  /// Long enough for a busy host; tests of a rung that never holds set less.
  volatile GateLimits limits = limits(Duration.ofSeconds(10));

  private boolean started;
  private int nextPid = 100_000_000; // above any real pid

  FakeWorld(Path home) throws IOException {
    this.home = home;
    Files.createDirectories(home.resolve("sandboxes"));
    this.ledger = Ledger.open(home.resolve("journal"), this::journal);
    this.template = template(home);
    started = true;
  }

  /// The next process on what this one left on its host.
  FakeWorld(FakeWorld before) throws IOException {
    this.home = before.home;
    this.template = before.template;
    slots.addAll(before.slots);
    ports.addAll(before.ports);
    groups.putAll(before.groups);
    monitors.putAll(before.monitors);
    nextPid = before.nextPid;
    this.ledger = Ledger.open(home.resolve("journal"), this::journal);
    started = true;
  }

  /// The journal's writes are steps too, but not those of its opening.
  private void journal(String step) throws IOException {
    if (started) reached(step);
  }

  static GateLimits limits(Duration each) {
    return new GateLimits(each, each, each, each, each, each, each);
  }

  private static Template template(Path home) throws IOException {
    Path disk = home.resolve("disk.raw");
    try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(1 << 20);
    }
    var info =
        new TemplateInfo(
            "abcdefghijklmnopqrst",
            List.of("base"),
            UUID.randomUUID(),
            1,
            512,
            1,
            "0.6.13",
            "fake/tcg",
            Instant.now());
    return new Template(
        info,
        disk,
        home.resolve("memory"),
        home.resolve("state"),
        disk,
        disk,
        "",
        "recipe",
        "fake-1/tcg");
  }

  static CreateSandbox request(SandboxId id) {
    return new CreateSandbox(id, "base", "secret-token", Map.of("A", "b"), EgressPolicy.OPEN, null);
  }

  static CreateSandbox inNetwork(SandboxId id) {
    return new CreateSandbox(id, "base", "secret-token", Map.of(), EgressPolicy.OPEN, NETWORK);
  }

  Workshop workshop() {
    return new Workshop(
        home,
        ledger,
        new FakeSlots(),
        new FakeSeats(),
        new FakeGroups(),
        new FakeVmm(),
        new FakeEvidence(),
        _ -> new FakeAgent(),
        new FakeMemory(),
        (_, _) -> {},
        1,
        limits,
        this::reached);
  }

  static Path anchor(int index) {
    return Path.of("/run/netns/fake-" + index);
  }

  /// Everything on the host that a sandbox could have left.
  List<String> left() throws IOException {
    var left = new ArrayList<String>();
    slots.forEach(s -> left.add("slot " + s));
    ports.forEach(p -> left.add("port " + p));
    groups.keySet().forEach(g -> left.add("group " + g));
    monitors.values().stream().filter(FakeVm::alive).forEach(m -> left.add("monitor " + m.name));
    for (String parent : List.of("sandboxes", "egress")) {
      if (!Files.exists(home.resolve(parent))) continue;
      try (var folders = Files.list(home.resolve(parent))) {
        folders.forEach(f -> left.add(parent + " folder " + f.getFileName()));
      }
    }
    return left;
  }

  /// The end of the process: nothing of it runs on, not even its handling of failures.
  static final class Death extends Error {
    private static final long serialVersionUID = 1;

    Death(String step) {
      super("the process died before " + step, null, false, false);
    }
  }

  synchronized void reached(String step) throws IOException {
    if (frozen) throw new Death(step);
    steps.add(step);
    if (steps.size() > crashAt) {
      frozen = true;
      throw new Death(step);
    }
    if (steps.size() - 1 == failAt) throw failure;
    switch (failures.get(step)) {
      case null -> {}
      case IOException e -> throw e;
      case Throwable e -> throw (RuntimeException) e;
    }
  }

  private void hang(String step) throws IOException {
    if (step.equals(dieAt))
      monitors.values().forEach(m -> m.die(1, 0, "qemu: " + step + " failed"));
    if (!step.equals(hangStep)) return;
    try {
      hangAt.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void thaw() throws IOException {
    if (frozen) throw new IOException("the process is dead");
  }

  @Override
  public void close() throws IOException {
    ledger.close();
  }

  final class FakeSlots implements Slots {
    @Override
    public synchronized NetworkSlot claim(EgressPolicy policy) throws IOException {
      int index = 1;
      while (slots.contains(index) || spoiled.contains(index)) index++;
      var slot = new FakeSlot(index, ledger.open(new HostObject.Namespace(anchor(index))), policy);
      slots.add(index);
      return slot;
    }

    @Override
    public NetworkSlot adopt(Path anchor, EgressPolicy policy) throws IOException {
      int index = Integer.parseInt(anchor.getFileName().toString().substring("fake-".length()));
      if (!slots.contains(index)) throw new IOException(anchor + " is gone");
      return new FakeSlot(index, entry(anchor), policy);
    }

    private Ledger.Entry entry(Path anchor) {
      return ledger.entries().stream()
          .filter(e -> e.object().equals(new HostObject.Namespace(anchor)))
          .findFirst()
          .orElseThrow();
    }

    @Override
    public void sweep(Path anchor) {
      slots.remove(Integer.valueOf(anchor.getFileName().toString().substring("fake-".length())));
    }

    @Override
    public int ready() {
      return 3;
    }
  }

  final class FakeSeats implements Seats {
    @Override
    public Seat take(NetworkName network) {
      int number = 2;
      while (!seats.add(number)) number++;
      return new FakeSeat(number, null);
    }

    @Override
    public Seat adopt(HostObject.Port port) {
      seats.add(port.seat());
      return new FakeSeat(port.seat(), port.link());
    }
  }

  final class FakeSeat implements Seat {
    private final int number;
    private volatile String port;

    FakeSeat(int number, String port) {
      this.number = number;
      this.port = port;
    }

    @Override
    public String network() {
      return NETWORK.name();
    }

    @Override
    public Cidr address() {
      return Cidr.parse("192.168.100." + number + "/24");
    }

    @Override
    public String gateway() {
      return "192.168.100.1";
    }

    @Override
    public String mac() {
      return "02:A8:00:00:00:0" + number;
    }

    @Override
    public String bridge() {
      return "atollb0";
    }

    @Override
    public String portName() {
      return port;
    }

    @Override
    public HostObject.Port port(NetworkSlot slot) {
      return new HostObject.Port("atollp" + slot.index(), mac(), slot.anchor(), NETWORK, number);
    }

    @Override
    public void plug(NetworkSlot slot) throws IOException {
      reached("plug");
      slot.wear();
      port = "atollp" + slot.index();
      ports.add(port);
    }

    @Override
    public void prove(Deadline deadline) throws IOException {
      reached("prove seat");
      if (!answersInNetwork) throw new IOException("nobody answers at " + address());
    }

    @Override
    public Optional<String> fault() {
      return portCut ? Optional.of("its port is gone") : Optional.empty();
    }

    @Override
    public void unplug() throws IOException {
      thaw();
      if (port != null) ports.remove(port);
    }

    @Override
    public void free() {
      seats.remove(number);
    }
  }

  final class FakeSlot implements NetworkSlot {
    private final int index;
    private final Ledger.Entry entry;
    private volatile EgressPolicy policy;
    private volatile boolean worn;

    FakeSlot(int index, Ledger.Entry entry, EgressPolicy policy) {
      this.index = index;
      this.entry = entry;
      this.policy = policy;
    }

    @Override
    public void egress(EgressPolicy wanted) throws IOException {
      reached("egress");
      policy = wanted;
    }

    @Override
    public EgressPolicy egress() {
      return policy;
    }

    @Override
    public String veth() {
      return policy.isClosed() ? null : "atollv" + index;
    }

    @Override
    public void wear() {
      worn = true;
    }

    @Override
    public int index() {
      return index;
    }

    @Override
    public Path anchor() {
      return FakeWorld.anchor(index);
    }

    @Override
    public Fd namespace() {
      return null;
    }

    @Override
    public int socket() {
      return 77;
    }

    @Override
    public Fd openTap() throws IOException {
      if (busyTaps.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        spoiled.add(index);
        throw new KernelException("attach tap tap0", Errno.EBUSY);
      }
      Pipe pipe = Pipe.open();
      pipe.sink().close();
      return pipe.source();
    }

    @Override
    public String tapName() {
      return "tap0";
    }

    @Override
    public long inode() {
      return 4242;
    }

    @Override
    public boolean carrier() {
      return carrier;
    }

    @Override
    public LinkWatch events() {
      return null;
    }

    @Override
    public Optional<String> linkFault() {
      return carrier ? Optional.empty() : Optional.of("no_carrier");
    }

    @Override
    public boolean awaitCarrier(Deadline deadline) {
      return carrier;
    }

    @Override
    public String hostAddress() {
      return "169.254.0.22";
    }

    @Override
    public String guestAddress() {
      return "169.254.0.21";
    }

    @Override
    public String guestMac() {
      return "02:FC:00:00:00:05";
    }

    @Override
    public void release() throws IOException {
      thaw();
      slots.remove(index);
      ledger.close(entry);
    }
  }

  static final class FakeGroup implements Groups.Group {
    final List<Long> pids = new ArrayList<>();
    private final String name;

    FakeGroup(String name) {
      this.name = name;
    }

    long killed;

    @Override
    public void place(long pid) {
      pids.add(pid);
    }

    @Override
    public long killedForMemory() {
      return killed;
    }

    @Override
    public List<String> paths() {
      return List.of("/fake/cgroup/" + name);
    }
  }

  final class FakeGroups implements Groups {
    @Override
    public Group create(String name, long memoryBytes, int cpus) {
      var group = new FakeGroup(name);
      groups.put(name, group);
      return group;
    }

    @Override
    public Group open(String name) {
      return groups.get(name);
    }

    @Override
    public boolean sweep(String name) throws IOException {
      thaw();
      return groups.remove(name) != null;
    }

    @Override
    public String kind() {
      return "hybrid";
    }
  }

  final class FakeVmm implements Vmm {
    @Override
    public VmmKind kind() {
      return VmmKind.QEMU;
    }

    @Override
    public Accelerator accelerator() {
      return Accelerator.TCG;
    }

    @Override
    public String snapshotFormat() {
      return "fake-1/tcg";
    }

    @Override
    public Vm start(VmSpec spec, Jail jail) throws IOException {
      var vm = new FakeVm(spec.name(), nextPid++);
      monitors.put(spec.name(), vm);
      jail.place().place(vm.pid());
      hang("spawn");
      return vm;
    }

    @Override
    public Vm adopt(VmSpec spec, Jail jail, long pid, long startTicks) throws IOException {
      FakeVm vm = monitors.get(spec.name());
      if (vm == null || !vm.alive() || vm.pid() != pid)
        throw new VmmException("monitor " + pid + " is gone");
      var adopted = new FakeVm(vm.name, pid, vm.exit);
      monitors.put(vm.name, adopted);
      return adopted;
    }
  }

  final class FakeVm implements Vm {
    final String name;
    private final long pid;
    private final CompletableFuture<VmExit> exit;

    FakeVm(String name, long pid) {
      this(name, pid, new CompletableFuture<>());
    }

    /// The same process, as another world sees it.
    FakeVm(String name, long pid, CompletableFuture<VmExit> exit) {
      this.name = name;
      this.pid = pid;
      this.exit = exit;
    }

    void die(int code, int signal, String words) {
      exit.complete(new VmExit(code, signal, words));
    }

    @Override
    public long pid() {
      return pid;
    }

    @Override
    public boolean alive() {
      return !exit.isDone();
    }

    @Override
    public CompletableFuture<VmExit> exit() {
      return exit;
    }

    @Override
    public void run(Deadline deadline) throws IOException {
      hang("run");
      if (!alive()) throw new IOException("the control socket was closed");
    }

    @Override
    public void pause(Deadline deadline) {}

    @Override
    public void resume(Deadline deadline) {}

    @Override
    public void saveDeviceState(Path file, Deadline deadline) {}

    @Override
    public List<String> consoleTail(int lines) {
      return List.of("Linux version 6.1", "Kernel panic - not syncing: no init found");
    }

    @Override
    public void letGo() {}

    @Override
    public void stop(Deadline deadline) {
      if (!frozen) die(-1, 9, "");
    }
  }

  final class FakeEvidence implements HostEvidence {
    @Override
    public long namespaceInode(long pid) throws IOException {
      hang("namespace");
      return inodeOfMonitor;
    }

    @Override
    public List<String> tapsHeld(long pid) {
      return tapsHeld;
    }
  }

  final class FakeAgent implements GuestAgent {
    private int refusals = refusedConnects;

    @Override
    public void connect(Deadline deadline) throws IOException {
      hang("connect");
      if (refusals-- > 0) throw new IOException("connection refused");
    }

    @Override
    public void health(Deadline deadline) throws IOException {
      hang("health");
      if (!healthy) throw new IOException("/health answered 503");
    }

    @Override
    public String init(Identity identity, Deadline deadline) throws IOException {
      hang("init");
      addresses = identity.addresses();
      if (initFailure != null) throw new IOException(initFailure);
      return "0.6.13";
    }

    @Override
    public void close() {
      if (hangAt != null) hangAt.countDown();
    }
  }

  final class FakeMemory implements HostMemory {
    @Override
    public long available() {
      return available;
    }

    @Override
    public long privateOf(long pid) {
      return 0;
    }
  }
}
