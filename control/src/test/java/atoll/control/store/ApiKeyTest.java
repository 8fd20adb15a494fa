package atoll.control.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class ApiKeyTest {
  @Test
  void theHashIsOfTheDecodedBytes() {
    // SHA-256 of the single byte 0x00, from FIPS 180-4 implementations at large.
    assertThat(ApiKey.parse("e2b_00").orElseThrow().hash())
        .isEqualTo("$sha256$bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0");
  }

  @Test
  void onlyKeysAreKeys() {
    for (String bad :
        new String[] {
          null, "", "e2b_", "e2b_1", "e2b_xy", "sk_e2b_00", "E2B_00", "e2b_" + "0".repeat(300)
        }) {
      assertThat(ApiKey.parse(bad)).isEmpty();
    }
    assertThat(ApiKey.parse("e2b_AbCd")).isPresent();
  }

  @Test
  void newKeysDifferAndHideInText() {
    ApiKey key = ApiKey.next(new SecureRandom());
    assertThat(key.value())
        .matches("e2b_[0-9a-f]{40}")
        .isNotEqualTo(ApiKey.next(new SecureRandom()).value());
    assertThat(key).hasToString("ApiKey[hidden]");
  }
}
