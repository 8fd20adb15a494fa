package atoll.linux.net;

import atoll.core.Deadline;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.Poll;
import java.io.IOException;
import java.time.Duration;

/// The kernel's memory of connections in one network namespace.
///
/// - **Threads** one call at a time; confine it.
/// - **Sources** nfnetlink(7) as of linux/netfilter/nfnetlink.h and nfnetlink_conntrack.h.
public final class Conntrack implements AutoCloseable {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final int RECEIVE_BYTES = 4096;

  /// Subsystem conntrack (1) in the high byte, message delete (2) in the low one.
  private static final int DELETE = 1 << 8 | 2;

  private final Fd socket;

  private Conntrack(Fd socket) {
    this.socket = socket;
  }

  static Conntrack over(Fd socket) {
    return new Conntrack(socket);
  }

  /// Forgets every connection of the namespace, in one request. Packets of a forgotten connection
  /// count as a new one's.
  public void flush() throws IOException {
    // The one word is struct nfgenmsg: every family.
    var request = new NetlinkMessage(DELETE, Rtnetlink.REQUEST | Rtnetlink.ACK).words(0);
    byte[] bytes = request.bytes(1);
    if (FdIo.write(socket, bytes) != bytes.length)
      throw new IOException("flush conntrack: cut short");
    if (Poll.await(Deadline.after(LONGEST_WAIT), Poll.IN, socket.number()) < 0)
      throw new KernelException("flush conntrack", Errno.ETIMEDOUT);
    var reply = new byte[RECEIVE_BYTES];
    for (NetlinkReply answer : NetlinkReply.parse(reply, FdIo.read(socket, reply))) {
      if (answer.type() == Rtnetlink.NLMSG_ERROR && answer.errno() != 0)
        throw new KernelException("flush conntrack", answer.errno());
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
