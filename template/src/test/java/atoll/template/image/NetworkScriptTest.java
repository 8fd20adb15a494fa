package atoll.template.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.core.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The guest's own script, run by the guest's own shell on this host, with an `ip` that only says
/// what it was asked.
class NetworkScriptTest {
  @TempDir Path folder;

  private List<String> apply(String argument) throws IOException {
    assumeTrue(
        Files.isExecutable(Path.of("/bin/busybox")),
        "SKIPPED: /bin/busybox is missing (busybox-static)");
    Files.write(folder.resolve("network.sh"), GuestFiles.read("network.sh"));
    String script =
        "die() { echo \"die $*\"; exit 0; }; ip() { echo \"ip $*\"; }; . ./network.sh; apply_ip \"$1\"; echo done";
    return new Tool("/bin/busybox", "busybox-static")
        .run(
            folder,
            Deadline.after(Duration.ofSeconds(10)),
            List.of("sh", "-c", script, "sh", argument));
  }

  @Test
  void appliesAddressMaskAndGateway() throws IOException {
    assertThat(apply("169.254.0.21::169.254.0.22:255.255.255.252:atoll:eth0:off"))
        .containsExactly(
            "ip link set eth0 up",
            "ip addr add 169.254.0.21/255.255.255.252 dev eth0",
            "ip route add default via 169.254.0.22 dev eth0",
            "done");
  }

  @Test
  void needsNoGateway() throws IOException {
    assertThat(apply("10.0.0.2:::255.0.0.0::eth1:none")).hasSize(3).doesNotContain("default");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dhcp",
        "169.254.0.21::169.254.0.22:255.255.255.252:atoll:eth0:on",
        "169.254.0.21::169.254.0.22:255.255.255.252:atoll:eth0",
        "169.254.0.21::169.254.0.22::atoll:eth0:off",
        "169.254.0.21::169.254.0.22:255.255.255.252:atoll::off",
        "169.254.0::169.254.0.22:255.255.255.252:atoll:eth0:off",
        "169.254.0.21;reboot::169.254.0.22:255.255.255.252:atoll:eth0:off",
        "*::169.254.0.22:255.255.255.252:atoll:eth0:off"
      })
  void refusesWhatItCannotApply(String argument) throws IOException {
    assertThat(apply(argument))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("die ip=" + argument + ":");
  }
}
