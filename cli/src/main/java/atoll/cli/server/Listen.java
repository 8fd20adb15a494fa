package atoll.cli.server;

import atoll.cli.home.PortHolder;
import atoll.cli.report.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/// Where the API and the edge shall listen.
///
/// @param port of the control API; 0 for any free one
/// @param edgePort of the edge; 0 for any free one
public record Listen(InetAddress host, int port, int edgePort) {
  public static final int API_PORT = 3000;
  public static final int EDGE_PORT = 3002;

  public static Listen on(String host, int port, int edgePort) {
    try {
      return new Listen(InetAddress.getByName(host), port, edgePort);
    } catch (UnknownHostException e) {
      throw CommandFailure.usage("--host: no such address: " + host);
    }
  }

  public static Listen onLoopback(int port, int edgePort) {
    return new Listen(InetAddress.getLoopbackAddress(), port, edgePort);
  }

  /// True where strangers can connect: then keys and data travel in the clear, since nothing here
  /// speaks TLS.
  public boolean exposed() {
    return !host.isLoopbackAddress();
  }

  InetSocketAddress api() {
    return new InetSocketAddress(host, port);
  }

  InetSocketAddress edge() {
    return new InetSocketAddress(host, edgePort);
  }

  /// Fails with `port_in_use`, naming the holder, before anything was started.
  void check() throws IOException {
    if (port == edgePort && port != 0)
      throw CommandFailure.usage(
          "--port and --edge-port are both " + port + "; each needs its own");
    check(port, "--port");
    check(edgePort, "--edge-port");
  }

  private void check(int wanted, String option) throws IOException {
    if (wanted == 0) return;
    try (var probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(host, wanted));
    } catch (IOException e) {
      String holder =
          PortHolder.of(wanted)
              .map(h -> " is held by " + h)
              .orElse(" cannot be taken: " + e.getMessage());
      throw CommandFailure.failed(
          "port_in_use",
          "port " + wanted + " of " + host.getHostAddress() + holder,
          "stop it, or choose another with " + option,
          e);
    }
  }

  /// How this machine's own clients reach an address that was taken.
  static String url(InetSocketAddress taken) {
    boolean any = taken.getAddress().isAnyLocalAddress();
    String host = any ? "127.0.0.1" : taken.getAddress().getHostAddress();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + taken.getPort();
  }
}
