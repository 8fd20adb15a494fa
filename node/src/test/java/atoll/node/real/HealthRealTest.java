package atoll.node.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.core.SandboxId;
import atoll.linux.kernel.FileTree;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netlink;
import atoll.linux.net.Netns;
import atoll.node.ledger.Failpoint;
import atoll.protocol.node.SandboxHealth;
import atoll.protocol.node.SandboxHealth.State;
import atoll.protocol.node.SandboxInspection;
import atoll.testkit.FakeVmm;
import atoll.testkit.TestSlot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A sandbox whose link and monitor are really broken: the kernel tells, and so does the node.
@Tag("real")
@Timeout(60)
class HealthRealTest {
  private static final SandboxId ID = RealHost.request("isick").id();
  private final BlockingQueue<SandboxHealth> told = new ArrayBlockingQueue<>(16);
  private Path home;
  private RealHost host;
  private SandboxInspection seen;

  @BeforeEach
  void open() throws IOException {
    assumeTrue(TestSlot.possible(), "SKIPPED: real sandboxes need root and /dev/net/tun");
    home = RealHost.newHome();
    host = new RealHost(home, Failpoint.NONE, new FakeVmm());
    host.sandboxes.create(RealHost.request("isick"), host.template);
    host.sandboxes.onHealth(told::add);
    seen = host.sandboxes.inspect(ID).orElseThrow();
  }

  @AfterEach
  void close() throws IOException {
    if (host != null) host.close();
    if (home != null) FileTree.remove(home);
  }

  @Test
  void aLinkThatGoesDownAndComesBack() throws Exception {
    assertThat(host.sandboxes.health(ID).orElseThrow().state()).isEqualTo(State.HEALTHY);
    try (var dialer = new NamespaceDialer();
        Netns inside = Netns.open(Path.of(seen.slot().netns()));
        Netlink netlink = dialer.netlink(inside)) {
      int tap = netlink.link("tap0").orElseThrow().index();
      netlink.down(tap);
      assertThat(next()).isEqualTo("DEGRADED link_down");
      assertThat(host.sandboxes.health(ID).orElseThrow().cause()).isEqualTo("link_down");
      netlink.up(tap);
      assertThat(next()).isEqualTo("HEALTHY ");
      netlink.delete("tap0");
      assertThat(next()).isEqualTo("DEGRADED tap_gone");
    }
  }

  /// The link is touched so that the node looks at once, and not when the next look is due.
  @Test
  void anAgentThatIsNotWellForAWhileAndRecovers() throws Exception {
    host.agentsAreSick = true;
    touch();
    long begun = System.nanoTime();
    assertThat(next()).isEqualTo("DEGRADED agent_unhealthy");
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .as("three looks, a second apart")
        .isGreaterThan(Duration.ofMillis(1500));
    host.agentsAreSick = false;
    assertThat(next()).isEqualTo("HEALTHY ");
    host.agentsAreSick = true;
    touch();
    assertThat(told.poll(1, TimeUnit.SECONDS)).isNull();
    host.agentsAreSick = false;
    assertThat(told.poll(3, TimeUnit.SECONDS)).as("a moment is no fault").isNull();
  }

  private void touch() throws IOException {
    try (var dialer = new NamespaceDialer();
        Netns inside = Netns.open(Path.of(seen.slot().netns()));
        Netlink netlink = dialer.netlink(inside)) {
      int tap = netlink.link("tap0").orElseThrow().index();
      netlink.down(tap);
      netlink.up(tap);
    }
  }

  @Test
  void aMonitorThatEndsIsDead() throws Exception {
    ProcessHandle.of(seen.vmm().pid()).orElseThrow().destroyForcibly();
    assertThat(next()).isEqualTo("DEAD vmm_exited");
    assertThat(host.sandboxes.health(ID)).isEmpty();
  }

  private String next() throws InterruptedException {
    SandboxHealth health = told.poll(20, TimeUnit.SECONDS);
    return health == null ? "nothing was told" : health.state() + " " + health.cause();
  }
}
