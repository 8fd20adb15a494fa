package atoll.node.egress;

import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netlink;
import atoll.linux.net.Netns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;

/// The network namespace whose uplink sandboxes use: this process's own, or another one that plays
/// the host.
///
/// - **Owner** whoever opened it; a namespace that was handed in stays its maker's.
/// - **Threads** safe anywhere.
public final class HostNetwork implements AutoCloseable {
  private final Netns netns;
  private final Netlink netlink; // LOCK: this
  private final String nft;

  private HostNetwork(Netns netns, Netlink netlink, String nft) {
    this.netns = netns;
    this.netlink = netlink;
    this.nft = nft;
  }

  /// The namespace that this process lives in.
  public static HostNetwork own() throws IOException {
    return new HostNetwork(null, Netlink.open(), Nft.PROGRAM);
  }

  public static HostNetwork in(Netns netns, NamespaceDialer dialer) throws IOException {
    return in(netns, dialer, Nft.PROGRAM);
  }

  /// @param nft name of the program on this host
  public static HostNetwork in(Netns netns, NamespaceDialer dialer, String nft) throws IOException {
    return new HostNetwork(netns, dialer.netlink(netns), nft);
  }

  /// Some requests over one connection, which nobody else uses meanwhile.
  @FunctionalInterface
  public interface Requests<T> {
    T over(Netlink netlink) throws IOException;
  }

  public synchronized <T> T links(Requests<T> requests) throws IOException {
    return requests.over(netlink);
  }

  /// The packet filter of this namespace.
  public Nft nft() {
    return new Nft(netns == null ? -1 : netns.fd(), nft);
  }

  /// This host's program at work in another namespace.
  public Nft nft(Netns other) {
    return new Nft(other.fd(), nft);
  }

  /// A kernel setting of this namespace, without its line end; "" if the kernel does not have it.
  public String setting(Path path) throws IOException {
    return inside(() -> Files.exists(path) ? Files.readString(path).strip() : "");
  }

  /// Does nothing where the kernel does not have the setting.
  public void set(Path path, String value) throws IOException {
    inside(() -> {
      if (Files.exists(path)) Files.writeString(path, value, StandardOpenOption.WRITE);
      return null;
    });
  }

  /// Runs on a thread that is in this namespace.
  public <T> T inside(Callable<T> body) throws IOException {
    if (netns != null) return netns.inside(body);
    try {
      return body.call();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  @Override
  public synchronized void close() {
    netlink.close();
  }
}
