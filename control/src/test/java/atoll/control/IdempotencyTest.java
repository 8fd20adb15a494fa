package atoll.control;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.Refusal;
import java.net.http.HttpRequest;
import java.util.HashSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("real")
class IdempotencyTest {
  private final Bench bench = Bench.shared();
  private final String key = UUID.randomUUID().toString();

  @AfterEach
  void calmTheNode() {
    bench.node.beforeCreate(_ -> {});
  }

  private Bench.Answer create(String key, String body) {
    return bench.send(
        bench
            .request("/v2/sandboxes")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  @Test
  void theSameKeyAndBodyGiveTheSameSandbox() {
    var first = create(key, "{\"templateID\":\"base\"}");
    var second = create(key, "{ \"templateID\" : \"base\" }");
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.json()).isEqualTo(first.json());
  }

  @Test
  void theOrderOfMembersIsNoOtherBody() {
    var first = create(key, "{\"templateID\":\"base\",\"metadata\":{\"a\":\"1\",\"b\":\"2\"}}");
    var second = create(key, "{\"metadata\":{\"b\":\"2\",\"a\":\"1\"},\"templateID\":\"base\"}");
    assertThat(second.json()).isEqualTo(first.json());
  }

  @Test
  void anotherBodyIs422() {
    create(key, "{\"templateID\":\"base\"}");
    var answer = create(key, "{\"templateID\":\"base\",\"timeout\":9}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.text("error_code")).isEqualTo("idempotency_request_mismatch");
  }

  @Test
  void aRequestInProgressIs409AndWorthRepeating() throws Exception {
    var entered = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    bench.node.beforeCreate(_ -> {
      entered.countDown();
      await(go);
    });
    try (var background = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Bench.Answer> request = () -> create(key, "{\"templateID\":\"base\"}");
      var first = background.submit(request);
      assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
      var second = create(key, "{\"templateID\":\"base\"}");
      assertThat(second.status()).isEqualTo(409);
      assertThat(second.text("error_code")).isEqualTo("idempotency_in_progress");
      assertThat(second.header("should-retry")).isEqualTo("true");
      go.countDown();
      assertThat(first.get(10, TimeUnit.SECONDS).status()).isEqualTo(201);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFailedCreateGivesTheKeyBack() {
    bench.node.beforeCreate(_ -> {
      throw new Refusal.Unavailable("no_free_slot", "no slot is free", null);
    });
    var failed = create(key, "{\"templateID\":\"base\"}");
    assertThat(failed.status()).isEqualTo(503);
    assertThat(failed.header("should-retry")).isEqualTo("true");
    assertThat(failed.header("retry-after")).isEqualTo("1");
    bench.node.beforeCreate(_ -> {});
    assertThat(create(key, "{\"templateID\":\"base\"}").status()).isEqualTo(201);
  }

  @Test
  void keysAreChecked() {
    for (String bad : new String[] {"UPPER", "under_score", "x".repeat(256)}) {
      assertThat(create(bad, "{\"templateID\":\"base\"}").status()).isEqualTo(400);
    }
  }

  @Test
  void manyAtOnceMakeOneSandbox() throws Exception {
    var ids = new HashSet<String>();
    int before = bench.node.created().size();
    try (var background = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Bench.Answer> request = () -> create(key, "{\"templateID\":\"base\"}");
      for (var answer : background.invokeAll(java.util.Collections.nCopies(20, request))) {
        assertThat(answer.get().status()).isIn(201, 409);
        if (answer.get().status() == 201) ids.add(answer.get().text("sandboxID"));
      }
    }
    assertThat(ids).hasSize(1);
    assertThat(bench.node.created()).hasSize(before + 1);
  }
}
