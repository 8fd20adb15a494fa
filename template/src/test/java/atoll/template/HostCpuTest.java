package atoll.template;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.vmm.Accelerator;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostCpuTest {
  private static List<String> cpuinfo(String flags) {
    return List.of(
        "processor\t: 0",
        "vendor_id\t: V",
        "model name\t: A Processor",
        "flags\t\t: " + flags,
        "",
        "processor\t: 1");
  }

  @Test
  void flagsCountOnlyWhereTheGuestSeesThem() {
    assertThat(HostCpu.identity(Accelerator.TCG, cpuinfo("fpu sse"))).isEqualTo("A Processor");
    assertThat(HostCpu.identity(Accelerator.KVM, cpuinfo("fpu sse")))
        .isEqualTo(HostCpu.identity(Accelerator.KVM, cpuinfo("sse fpu")))
        .isNotEqualTo(HostCpu.identity(Accelerator.KVM, cpuinfo("fpu sse avx")));
  }
}
