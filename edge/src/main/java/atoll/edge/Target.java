package atoll.edge;

import atoll.core.SandboxId;

/// Where a request wants to go: one port of one sandbox.
///
/// By header on `localhost`, on addresses and on `sandbox.…`; by host everywhere else, where the
/// left-most label `<port>-<id>[-more]` alone decides.
record Target(SandboxId id, int port) {
  static final int AGENT_PORT = 49983;

  static Target of(RequestHead head) throws BadMessage {
    String host = withoutPort(head.host() == null ? "" : head.host());
    boolean named = head.sandboxId() != null || head.sandboxPort() != null;
    if (named && shared(host)) return byHeader(head);
    return byHost(host);
  }

  boolean agent() {
    return port == AGENT_PORT;
  }

  private static Target byHeader(RequestHead head) throws BadMessage {
    if (head.sandboxId() == null) throw BadMessage.of("missing header E2b-Sandbox-Id");
    if (head.sandboxPort() == null) throw BadMessage.of("missing header E2b-Sandbox-Port");
    return of(head.sandboxId(), head.sandboxPort());
  }

  private static Target byHost(String host) throws BadMessage {
    int dot = host.indexOf('.');
    int dash = host.indexOf('-');
    if (dot < 0 || dash < 0 || dash > dot) {
      throw BadMessage.of(
          "no sandbox in the host: <port>-<sandbox id>.<domain> expected, or the headers E2b-Sandbox-Id and E2b-Sandbox-Port");
    }
    int end = host.indexOf('-', dash + 1);
    return of(host.substring(dash + 1, end < 0 || end > dot ? dot : end), host.substring(0, dash));
  }

  private static Target of(String id, String port) throws BadMessage {
    if (!SandboxId.isValid(id))
      throw BadMessage.of("invalid sandbox id: 1 to 64 characters of a-z and 0-9 expected");
    return new Target(new SandboxId(id), port(port));
  }

  private static int port(String text) throws BadMessage {
    int port = 0;
    boolean digits = !text.isEmpty() && text.length() <= 5;
    for (int i = 0; digits && i < text.length(); i++) {
      char c = text.charAt(i);
      digits = c >= '0' && c <= '9';
      port = port * 10 + (c - '0');
    }
    if (!digits || port < 1 || port > 65535)
      throw BadMessage.of("invalid sandbox port: 1 to 65535 expected");
    return port;
  }

  private static String withoutPort(String host) {
    if (host.startsWith("[")) return host.substring(0, Math.max(host.indexOf(']') + 1, 0));
    int colon = host.indexOf(':');
    return colon < 0 ? host : host.substring(0, colon);
  }

  /// Whether many sandboxes answer under this host. Clients of HTTP/1.0 may name none.
  private static boolean shared(String host) {
    return host.isEmpty()
        || host.equalsIgnoreCase("localhost")
        || host.startsWith("[")
        || host.startsWith("sandbox.")
        || isIpv4(host);
  }

  private static boolean isIpv4(String host) {
    int dots = 0;
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c == '.') dots++;
      else if (c < '0' || c > '9') return false;
    }
    return dots == 3;
  }
}
