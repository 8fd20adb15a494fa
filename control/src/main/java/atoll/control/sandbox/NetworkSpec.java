package atoll.control.sandbox;

import atoll.core.json.Json;
import atoll.protocol.network.AddressRange;
import atoll.protocol.network.DomainPattern;
import atoll.protocol.network.EgressPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What somebody asked for a sandbox's way out, in the words of the API; every entry is
/// well-formed.
///
/// @param internet null where the caller said nothing; false denies everything that is not allowed
/// @param allowOut addresses, CIDRs and domain names
/// @param denyOut addresses and CIDRs
/// @param dnsServers null where the caller said nothing
public record NetworkSpec(
    Boolean internet, List<String> allowOut, List<String> denyOut, List<String> dnsServers) {
  /// The caller said nothing.
  public static final NetworkSpec NONE = new NetworkSpec(null, List.of(), List.of(), null);

  public NetworkSpec {
    allowOut = List.copyOf(allowOut);
    denyOut = List.copyOf(denyOut);
    dnsServers = dnsServers == null ? null : List.copyOf(dnsServers);
  }

  /// What the node shall do.
  public EgressPolicy policy() {
    List<AddressRange> deny =
        Boolean.FALSE.equals(internet)
            ? List.of(EgressPolicy.EVERYWHERE)
            : denyOut.stream().map(AddressRange::parse).toList();
    return new EgressPolicy(
        allowOut.stream().filter(AddressRange::looksLike).map(AddressRange::parse).toList(),
        names().stream().map(DomainPattern::parse).toList(),
        deny,
        dnsServers == null
            ? EgressPolicy.USUAL_RESOLVERS
            : dnsServers.stream().map(AddressRange::parse).toList());
  }

  private List<String> names() {
    return allowOut.stream().filter(entry -> !AddressRange.looksLike(entry)).toList();
  }

  /// A connection to a name is judged after it was let through, so without a general denial the
  /// name would mean nothing.
  public boolean namesWithoutDenial() {
    return !names().isEmpty() && !policy().deniesEverything();
  }

  /// As the API shows it; null if nothing was said but the switch.
  public Json json() {
    if (allowOut.isEmpty() && denyOut.isEmpty() && dnsServers == null) return null;
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("allowOut", allowOut);
    members.put("denyOut", denyOut);
    if (dnsServers != null) members.put("dnsServers", dnsServers);
    return Json.of(members);
  }
}
