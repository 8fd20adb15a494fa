package atoll.agent.relay;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/// A TCP socket of the guest that listens on its loopback address alone.
///
/// @param inode tells a socket from a later one on the same port
record Listener(boolean six, int port, long inode) {
  private static final byte[] FOUR = {127, 0, 0, 1};
  private static final byte[] SIX = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  InetSocketAddress address() {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(six ? SIX : FOUR), port);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 bytes are addresses", e);
    }
  }
}
