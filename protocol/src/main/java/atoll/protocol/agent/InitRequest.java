package atoll.protocol.agent;

import atoll.core.json.Json;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// What a guest agent is told before it may work: its identity, the time, randomness, defaults.
/// POST `/init`.
///
/// Every field but `envVars` may be null, which leaves that part as it is; a missing token on an
/// open agent keeps it open.
///
/// @param accessToken a secret; what callers must show from now on
/// @param envVars default environment of processes; replaces the former one
/// @param timestamp the host's time, stepped to if the guest's clock is off; also orders two
///   requests
/// @param entropy at least 32 bytes of fresh randomness; the guest's generator is reseeded with
///   them
/// @param addresses that the guest's card is to have besides its first, each with its network's
///   length
/// @param sandboxId shown to processes as E2B_SANDBOX_ID
public record InitRequest(
    String accessToken,
    Map<String, String> envVars,
    Instant timestamp,
    String defaultUser,
    String defaultWorkdir,
    String hostname,
    byte[] entropy,
    String sandboxId,
    String templateId,
    String lifecycleId,
    List<String> addresses) {
  public InitRequest {
    envVars = Map.copyOf(envVars);
    addresses = List.copyOf(addresses);
  }

  /// Without further addresses.
  public InitRequest(
      String accessToken,
      Map<String, String> envVars,
      Instant timestamp,
      String defaultUser,
      String defaultWorkdir,
      String hostname,
      byte[] entropy,
      String sandboxId,
      String templateId,
      String lifecycleId) {
    this(
        accessToken,
        envVars,
        timestamp,
        defaultUser,
        defaultWorkdir,
        hostname,
        entropy,
        sandboxId,
        templateId,
        lifecycleId,
        List.of());
  }

  byte[] json() {
    Json body =
        Json.object(
            "accessToken", accessToken,
            "envVars", envVars,
            "timestamp", timestamp == null ? null : timestamp.toString(),
            "defaultUser", defaultUser,
            "defaultWorkdir", defaultWorkdir,
            "hostname", hostname,
            "entropy", entropy == null ? null : Base64.getEncoder().encodeToString(entropy),
            "sandboxID", sandboxId,
            "templateID", templateId,
            "lifecycleID", lifecycleId,
            "addresses", addresses.isEmpty() ? null : addresses);
    return body.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "InitRequest[" + sandboxId + ", user " + defaultUser + "]";
  }
}
