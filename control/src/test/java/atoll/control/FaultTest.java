package atoll.control;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.Refusal;
import atoll.core.Rung;
import atoll.core.SandboxId;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("real")
class FaultTest {
  private final Bench bench = Bench.shared();

  @AfterEach
  void calmTheNode() {
    bench.node.beforeCreate(_ -> {}).beforeKill(_ -> {});
  }

  @Test
  void aFailedGateIsToldWithItsRungAndConsole() {
    bench.node.beforeCreate(_ -> {
      throw new Refusal.Failed(
          Rung.VMM_ALIVE.code(),
          "the VMM exited with code 1",
          "read the console",
          "Kernel panic",
          null);
    });
    var answer = bench.post("/v2/sandboxes", "{\"templateID\":\"base\"}");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.text("reason")).isEqualTo("vmm_exited");
    assertThat(answer.text("detail")).isEqualTo("Kernel panic");
    assertThat(answer.header("should-retry")).isEqualTo("false");
    SandboxId id = bench.node.created().getLast().id();
    assertThat(bench.get("/sandboxes/" + id).text("message")).contains("vmm_exited");
  }

  @Test
  void aSurpriseOfTheNodeIsA500WithoutItsText() {
    bench.node.beforeCreate(_ -> {
      throw new IllegalStateException("secret");
    });
    var answer = bench.post("/v2/sandboxes", "{\"templateID\":\"base\"}");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.json().toString()).doesNotContain("secret").contains("requestId");
  }

  @Test
  void aKillThatFailsIsTriedAgain() throws Exception {
    String id = bench.create();
    var failures = new AtomicInteger(2);
    bench.node.beforeKill(_ -> {
      if (failures.getAndDecrement() > 0)
        throw new Refusal.Failed("kill_failed", "the VMM does not end", null, null, null);
    });
    assertThat(bench.delete("/sandboxes/" + id).status()).isEqualTo(500);
    Eventually.holds(() -> bench.node.killed().contains(new SandboxId(id)));
    Eventually.holds(
        () -> bench.get("/atoll/v1/sandboxes/" + id + "/timeline").text("state").equals("ended"));
  }

  static LongStream seeds() {
    return LongStream.range(1, 6);
  }

  /// Kills, expiries, crashes and prolongings at the same moment: each sandbox ends exactly once,
  /// and none lives on.
  @ParameterizedTest
  @MethodSource("seeds")
  void racingEndsEndOnce(long seed) throws Exception {
    var random = new Random(seed);
    try (var background = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 8; round++) {
        String id = bench.create();
        long pause = random.nextInt(3_000_000);
        var kills = new AtomicInteger();
        Callable<Void> expire =
            () -> ignore(bench.post("/sandboxes/" + id + "/timeout", "{\"timeout\":0}"));
        Callable<Void> kill =
            () -> {
              LockSupport.parkNanos(pause);
              if (bench.delete("/sandboxes/" + id).status() == 204) kills.incrementAndGet();
              return null;
            };
        Callable<Void> prolong = () -> ignore(bench.post("/v2/sandboxes/" + id + "/connect", "{}"));
        Callable<Void> crash =
            () -> {
              bench.node.crash(new SandboxId(id), "vmm_exited", "crash");
              return null;
            };
        for (var done :
            background.invokeAll(
                java.util.List.of(expire, kill, kill, prolong, round % 2 == 0 ? crash : kill)))
          done.get();
        bench.post("/sandboxes/" + id + "/timeout", "{\"timeout\":0}");
        Eventually.holds(() ->
            bench.get("/atoll/v1/sandboxes/" + id + "/timeline").text("state").equals("ended"));
        assertThat(kills.get()).as("seed %d", seed).isLessThanOrEqualTo(1);
        assertThat(bench.node.running()).noneMatch(r -> r.id().value().equals(id));
      }
    }
  }

  private static Void ignore(Bench.Answer answer) {
    assertThat(answer.status()).isLessThan(500);
    return null;
  }

  /// The database goes while the node starts the sandbox: nobody gets to know its id, so it must
  /// not live.
  @Test
  void aStartThatCannotBeRecordedIsTakenDown() throws Exception {
    long pid = bench.control.databasePid();
    bench.node.beforeCreate(_ -> ProcessHandle.of(pid).orElseThrow().destroyForcibly());
    var answer = bench.post("/v2/sandboxes", "{\"templateID\":\"base\"}");
    SandboxId id = bench.node.created().getLast().id();
    bench.node.beforeCreate(_ -> {});
    databaseIsBackAfter(pid);
    if (answer.status() == 201) return; // it was back before the record was due
    assertThat(answer.status()).isEqualTo(503);
    Eventually.holds(() -> bench.node.killed().contains(id));
    Eventually.holds(() -> {
      var row = bench.get("/atoll/v1/sandboxes/" + id + "/timeline");
      return row.status() == 404 || "ended".equals(row.text("state")); // a reservation may be lost
    });
  }

  private void databaseIsBackAfter(long killed) throws InterruptedException {
    Eventually.holds(
        () -> bench.control.databasePid() != killed && bench.control.databasePid() != 0);
    Eventually.holds(() -> bench.get("/v2/sandboxes?limit=1").status() == 200);
  }

  @Test
  void theDatabaseIsKilledUnderLoadAndComesBack() throws Exception {
    String before = bench.create();
    var stop = new AtomicBoolean();
    var strange = new AtomicInteger();
    var refused = new AtomicInteger();
    Callable<Void> load =
        () -> {
          while (!stop.get()) {
            var answer = bench.get("/v2/sandboxes?limit=1");
            if (answer.status() == 503) {
              refused.incrementAndGet();
              assertThat(answer.text("reason")).isEqualTo("database_unavailable");
              assertThat(answer.header("should-retry")).isEqualTo("true");
            } else if (answer.status() != 200) strange.incrementAndGet();
          }
          return null;
        };
    try (var background = Executors.newVirtualThreadPerTaskExecutor()) {
      var running =
          java.util.stream.IntStream.range(0, 4).mapToObj(_ -> background.submit(load)).toList();
      for (int i = 0; i < 2; i++) {
        long pid = bench.control.databasePid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        databaseIsBackAfter(pid);
        Eventually.holds(() -> bench.get("/sandboxes/" + before).status() == 200);
      }
      stop.set(true);
      for (var one : running) one.get();
    }
    assertThat(strange.get()).isZero();
    assertThat(bench.delete("/sandboxes/" + bench.create()).status()).isEqualTo(204);
  }
}
