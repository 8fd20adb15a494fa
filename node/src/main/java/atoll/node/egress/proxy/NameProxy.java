package atoll.node.egress.proxy;

import atoll.linux.net.Netns;
import atoll.protocol.network.EgressPolicy;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The way out by name for one slot: connections to ports 80 and 443 end here, say whom they mean
/// in their first bytes, and go on to that host if the policy has its name.
///
/// The name is resolved by the node, so a guest cannot reach another address by a lie; what the
/// guest's own resolver told it does not matter. Both sides' sockets live in the slot's namespace,
/// so the slot's rules hold for the proxy too.
///
/// - **Owner** the slot's way out. [#close()] resets every connection and returns when no socket is
///   left.
/// - **Threads** safe anywhere but on the proxy's own loop.
public final class NameProxy implements AutoCloseable {
  /// Where it listens inside the slot; guests that come here by themselves are dropped.
  public static final int PORT = 3128;

  /// One slot's share of the loop.
  static final int MOST_CONNECTIONS = 256;

  /// Opens the proxy of one slot.
  @FunctionalInterface
  public interface Opener {
    NameProxy open(Netns netns, EgressPolicy policy) throws IOException;
  }

  private final Channel listener;
  private final ProxyLoop loop;
  private final Set<Passage> passages;
  private final Verdicts verdicts;

  /// The policy as the passages see it.
  static final class Verdicts {
    volatile EgressPolicy policy;

    Verdicts(EgressPolicy policy) {
      this.policy = policy;
    }
  }

  private NameProxy(Channel listener, ProxyLoop loop, Set<Passage> passages, Verdicts verdicts) {
    this.listener = listener;
    this.loop = loop;
    this.passages = passages;
    this.verdicts = verdicts;
  }

  static NameProxy open(ProxyLoop loop, Netns netns, EgressPolicy policy) throws IOException {
    var verdicts = new Verdicts(policy);
    Set<Passage> passages = ConcurrentHashMap.newKeySet();
    loop.start();
    // A socket belongs to the namespace of the thread that makes it.
    Channel listener = netns.inside(EpollServerSocketChannel::new);
    loop.listen(listener, PORT, channel -> Passage.begin(channel, netns, loop, verdicts, passages));
    return new NameProxy(listener, loop, passages, verdicts);
  }

  /// Holds for open connections too: those whose name is no longer in it are cut.
  public void judgeBy(EgressPolicy policy) {
    verdicts.policy = policy;
    passages.forEach(Passage::judgeAgain);
  }

  @Override
  public void close() {
    loop.await(listener.close());
    // The listener is closed on the loop, so no passage begins any more.
    for (Passage passage : passages) passage.cut().forEach(loop::await);
  }
}
