package atoll.testkit;

import atoll.core.Deadline;
import atoll.linux.kernel.KernelException;
import atoll.linux.process.Child;
import atoll.linux.process.ExitStatus;
import atoll.testkit.FakeVmm.Behaviour;
import atoll.vmm.Vm;
import atoll.vmm.VmExit;
import atoll.vmm.VmSpec;
import atoll.vmm.VmSpec.Origin;
import atoll.vmm.VmmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One fake monitor. Its guest's memory is the list of lines that it has printed.
final class FakeVm implements Vm {
  private static final String STATE = "fake device state\n";
  private static final int SIGKILL = 9;

  private final VmSpec spec;
  private final Child child;
  private final Behaviour behaviour;
  private final List<String> console = new CopyOnWriteArrayList<>();
  private final CompletableFuture<VmExit> exit;
  private volatile boolean letGo;

  FakeVm(VmSpec spec, Child child, Behaviour behaviour) {
    this.spec = spec;
    this.child = child;
    this.behaviour = behaviour;
    exit = child.exit().thenApply(FakeVm::obituary);
  }

  private static VmExit obituary(ExitStatus status) {
    return new VmExit(
        status.code(), status.signal(), status.code() == 1 ? "fake: refuses to live" : "");
  }

  @Override
  public long pid() {
    return child.pid();
  }

  @Override
  public boolean alive() {
    return child.alive();
  }

  @Override
  public CompletableFuture<VmExit> exit() {
    return exit.copy();
  }

  @Override
  public void run(Deadline deadline) throws IOException {
    if (behaviour == Behaviour.DIES_WHEN_RUN) child.signal(SIGKILL);
    answer(deadline);
    switch (spec.origin()) {
      case Origin.ColdBoot _ -> console.add(VmmContract.FAKE_HELLO);
      case Origin.Restore restore -> restore(restore);
    }
  }

  private void restore(Origin.Restore restore) throws IOException {
    if (!Files.exists(restore.memoryFile()))
      throw new VmmException("no memory file " + restore.memoryFile());
    if (!Files.readString(restore.deviceState()).equals(STATE)) {
      abandon();
      throw new VmmException("the device state is not one of mine");
    }
    console.add("tick 1");
  }

  @Override
  public void pause(Deadline deadline) throws IOException {
    answer(deadline);
  }

  @Override
  public void resume(Deadline deadline) throws IOException {
    answer(deadline);
    console.add("tick 2");
  }

  @Override
  public void saveDeviceState(Path file, Deadline deadline) throws IOException {
    answer(deadline);
    if (!(spec.origin() instanceof Origin.ColdBoot boot) || boot.memoryFile() == null) {
      throw new VmmException("memory is not in a file");
    }
    Files.writeString(boot.memoryFile(), "fake memory");
    Files.writeString(file, STATE);
  }

  /// A monitor answers while its process lives and is not stopped by a signal.
  private void answer(Deadline deadline) throws IOException {
    if (behaviour == Behaviour.NEVER_RUNS || behaviour == Behaviour.DIES_WHEN_RUN || !isAwake()) {
      waitOut(deadline);
    }
    if (letGo) throw new VmmException("the fake monitor was let go");
    if (!alive()) throw new VmmException("the monitor ended: " + exit.join());
  }

  private boolean isAwake() throws IOException {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid() + "/stat"));
      return "RSD".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0;
    } catch (NoSuchFileException reaped) {
      return false;
    }
  }

  private void waitOut(Deadline deadline) throws IOException {
    try {
      exit.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new VmmException("the fake monitor did not answer in time", e);
    } catch (ExecutionException e) {
      throw new VmmException("cannot happen", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VmmException("interrupted", e);
    }
  }

  @Override
  public List<String> consoleTail(int lines) {
    return console.subList(Math.max(0, console.size() - lines), console.size());
  }

  @Override
  public void stop(Deadline deadline) {
    try {
      child.signal(SIGKILL);
      waitOut(deadline);
    } catch (KernelException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      System.getLogger(FakeVm.class.getName())
          .log(System.Logger.Level.WARNING, "stopping a fake", e);
    }
  }

  /// Its guest has been running for a while.
  FakeVm goingOn() {
    console.add("tick 3");
    return this;
  }

  @Override
  public void letGo() {
    letGo = true;
  }

  void abandon() {
    stop(Deadline.after(Duration.ofSeconds(5)));
  }
}
