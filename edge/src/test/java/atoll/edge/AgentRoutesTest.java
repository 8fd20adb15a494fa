package atoll.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentRoutesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/init",
        "/init?x=1",
        "/init/",
        "//init",
        "/./init",
        "/a/../init",
        "/%69nit",
        "/x/%2e%2e/init",
        "/%2Finit",
        "/init#a",
        "/freeze",
        "/unfreeze",
        "/fsfreeze",
        "/fsthaw",
        "/collapse",
        "/upgrade",
        "/..//.%2e/upgrade",
        "/a/b/../../init/.",
        "/%2e/init",
        "/INIT/../init"
      })
  void internalHoweverWritten(String target) {
    assertThat(AgentRoutes.internal(target)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "*",
        "/health",
        "/files?path=/init",
        "/files",
        "/initial",
        "/x/init",
        "/process.Process/Start",
        "/init/x",
        "/filesystem.Filesystem/Stat",
        "/envs",
        "/metrics",
        "/%",
        "/%zz",
        "/%69nitx",
        "/upgrades"
      })
  void openToClients(String target) {
    assertThat(AgentRoutes.internal(target)).isNull();
  }
}
