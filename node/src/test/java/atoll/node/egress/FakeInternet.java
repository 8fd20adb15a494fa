package atoll.node.egress;

import atoll.linux.net.Cidr;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netlink;
import atoll.linux.net.Netns;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A namespace that plays a host, whose only way leads to another one that plays the internet.
/// Nothing in either can leave this machine: there is no other link.
///
/// Servers in the internet answer a line with `local remote line`, and datagrams with themselves.
public final class FakeInternet implements AutoCloseable {
  /// Addresses of documentation networks, RFC 5737, and some that no sandbox may reach.
  public static final String NEAR = "198.51.100.2";

  public static final String HOST = "198.51.100.1";
  public static final String SITE = "203.0.113.10";
  public static final String OTHER = "203.0.113.20";
  public static final String PRIVATE = "10.9.9.9";
  public static final String RESOLVER = "8.8.8.8";

  private final NamespaceDialer dialer;
  private final List<AutoCloseable> servers = new ArrayList<>();
  public final Netns host;
  public final Netns remote;

  public FakeInternet(Path directory, NamespaceDialer dialer) throws IOException {
    this.dialer = dialer;
    host = Netns.create(Files.createFile(directory.resolve("host")));
    remote = Netns.create(Files.createFile(directory.resolve("remote")));
    try (Netlink here = dialer.netlink(host);
        Netlink there = dialer.netlink(remote)) {
      here.createVeth("uplink", "up", remote);
      up(here, "lo");
      up(there, "lo");
      up(here, "uplink", HOST + "/24");
      up(there, "up", NEAR + "/24");
      int lo = there.link("lo").orElseThrow().index();
      for (String address : List.of(SITE, OTHER, PRIVATE, RESOLVER, "169.254.169.254"))
        there.addAddress(lo, Cidr.parse(address + "/32"));
      here.addRoute(
          Cidr.parse("0.0.0.0/0"),
          Inet4Address.ofLiteral(NEAR),
          here.link("uplink").orElseThrow().index());
    }
    forward(true);
    for (int port : new int[] {80, 443, 8080}) serve(port);
    for (int port : new int[] {53, 9999}) echo(port);
  }

  private static void up(Netlink netlink, String link) throws IOException {
    netlink.up(netlink.link(link).orElseThrow().index());
  }

  private static void up(Netlink netlink, String link, String address) throws IOException {
    up(netlink, link);
    netlink.addAddress(netlink.link(link).orElseThrow().index(), Cidr.parse(address));
  }

  public void forward(boolean on) throws IOException {
    host.inside(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), on ? "1" : "0"));
  }

  public HostNetwork network() throws IOException {
    return HostNetwork.in(host, dialer);
  }

  private void serve(int port) throws IOException {
    ServerSocket server = remote.inside(() -> new ServerSocket(port));
    servers.add(server);
    Thread.ofPlatform().daemon().name("fake-site-" + port).start(() -> accept(server));
  }

  private static void accept(ServerSocket server) {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofPlatform().daemon().name("fake-site-client").start(() -> answer(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  /// Each line that ends with `!` or each chunk of other bytes gets one answer.
  private static void answer(Socket client) {
    try (client) {
      String who =
          client.getLocalAddress().getHostAddress()
              + " "
              + ((InetSocketAddress) client.getRemoteSocketAddress()).getAddress().getHostAddress()
              + " ";
      var chunk = new byte[64 * 1024];
      for (int n = client.getInputStream().read(chunk);
          n >= 0;
          n = client.getInputStream().read(chunk)) {
        client.getOutputStream().write((who + n + "\n").getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException cut) {
      // The guest went away, or its connection was cut: both are what tests do.
    }
  }

  private void echo(int port) throws IOException {
    DatagramSocket socket =
        remote.inside(() -> new DatagramSocket(new InetSocketAddress(RESOLVER, port)));
    servers.add(socket);
    Thread.ofPlatform().daemon().name("fake-echo-" + port).start(() -> echo(socket));
  }

  private static void echo(DatagramSocket socket) {
    var packet = new DatagramPacket(new byte[1500], 1500);
    while (!socket.isClosed()) {
      try {
        socket.receive(packet);
        socket.send(packet);
      } catch (IOException closed) {
        return;
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (AutoCloseable server : servers) {
      try {
        server.close();
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
    for (Netns each : List.of(host, remote)) {
      each.close();
      Netns.delete(each.anchor());
    }
  }
}
