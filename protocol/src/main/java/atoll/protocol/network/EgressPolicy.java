package atoll.protocol.network;

import java.net.Inet4Address;
import java.util.List;

/// What a sandbox may reach beyond its host. Allowing beats denying; what neither names is allowed.
///
/// Private, link-local and metadata addresses are never reached, whatever a policy says: that is
/// the node's own rule. Names are for TCP to ports 80 and 443 alone; a sandbox with names may also
/// ask [#resolvers()] at port 53.
///
/// @param allow addresses that may be reached by every protocol
/// @param domains names that may be reached
/// @param deny addresses that may not be reached
/// @param resolvers name servers that stay reachable when there are names
public record EgressPolicy(
    List<AddressRange> allow,
    List<DomainPattern> domains,
    List<AddressRange> deny,
    List<AddressRange> resolvers) {
  /// Of each list, so that a set of rules is loaded in milliseconds.
  public static final int MOST_ENTRIES = 1000;

  /// Every address there is.
  public static final AddressRange EVERYWHERE = new AddressRange(0, 0);

  /// Who is asked for names unless somebody says otherwise, as templates have it too.
  public static final List<AddressRange> USUAL_RESOLVERS = List.of(AddressRange.parse("8.8.8.8"));

  /// Everything but what no sandbox may reach.
  public static final EgressPolicy OPEN =
      new EgressPolicy(List.of(), List.of(), List.of(), USUAL_RESOLVERS);

  /// Nothing: such a sandbox has no link to the outside at all.
  public static final EgressPolicy CLOSED =
      new EgressPolicy(List.of(), List.of(), List.of(EVERYWHERE), List.of());

  public EgressPolicy {
    allow = bounded(allow);
    domains = bounded(domains);
    deny = bounded(deny);
    resolvers = bounded(resolvers);
  }

  private static <T> List<T> bounded(List<T> entries) {
    if (entries.size() > MOST_ENTRIES)
      throw new IllegalArgumentException("at most " + MOST_ENTRIES + " entries");
    return List.copyOf(entries);
  }

  /// Whether it lets nothing through, so that no link is needed.
  public boolean isClosed() {
    return allow.isEmpty() && domains.isEmpty() && deniesEverything();
  }

  public boolean deniesEverything() {
    return deny.contains(EVERYWHERE);
  }

  /// Whether packets to this address pass without a look at names.
  public boolean permits(Inet4Address address) {
    return contains(allow, address) || !contains(deny, address);
  }

  /// Whether a connection may go to the host of this name.
  public boolean permits(String host) {
    return domains.stream().anyMatch(pattern -> pattern.matches(host));
  }

  private static boolean contains(List<AddressRange> ranges, Inet4Address address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }
}
