package atoll.node.gate;

import atoll.core.Patience;
import java.time.Duration;

/// How long each part of a start may take before it counts as failed.
///
/// @param carrier the tap is open before the monitor is spawned, so this only forgives a busy
///   kernel
/// @param run loading the snapshot until the virtual CPUs run
/// @param agentTcp from there until the agent accepts; a booting guest needs most of it
/// @param connectAttempt the first connection attempt, each later one twice as long: the kernel
///   repeats a lost SYN after 1 s only, and a guest on a starved host is slow to answer the first
/// @param healthAttempt the first request, each later one twice as long
public record GateLimits(
    Duration carrier,
    Duration run,
    Duration agentTcp,
    Duration agentHealth,
    Duration init,
    Duration connectAttempt,
    Duration healthAttempt) {
  /// For a guest that is resumed: 0.3 s alone, a few seconds on a host with many starts at once.
  public static final GateLimits RESTORE =
      new GateLimits(
          Duration.ofMillis(100),
          Duration.ofSeconds(15),
          Duration.ofSeconds(15),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMillis(150),
          Duration.ofSeconds(2));

  /// For a guest that boots, which takes 8 to 10 s in software and several times that on a busy
  /// host.
  public static final GateLimits BOOT =
      new GateLimits(
          Duration.ofMillis(100),
          Duration.ofSeconds(15),
          Duration.ofSeconds(120),
          Duration.ofSeconds(30),
          Duration.ofSeconds(20),
          Duration.ofMillis(150),
          Duration.ofSeconds(5));

  /// All of them, as a slower host needs them.
  public GateLimits with(Patience patience) {
    return new GateLimits(
        patience.with(carrier),
        patience.with(run),
        patience.with(agentTcp),
        patience.with(agentHealth),
        patience.with(init),
        patience.with(connectAttempt),
        patience.with(healthAttempt));
  }
}
