package atoll.linux.net;

import atoll.core.Deadline;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.PlatformThread;
import atoll.linux.kernel.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/// Waits for a link of one namespace to reach a state, told by the kernel's link events. Never
/// polls.
///
/// - **Threads** one call at a time; a virtual caller waits while a platform thread blocks in the
///   kernel for it.
/// - **Sources** rtnetlink(7), group RTMGRP_LINK.
public final class LinkWatch implements AutoCloseable {
  private static final int RECEIVE_BYTES = 32 * 1024;

  private final Fd socket;
  private int sequence;

  private LinkWatch(Fd socket) {
    this.socket = socket;
  }

  /// Watches the calling thread's namespace.
  public static LinkWatch open() throws KernelException {
    return over(Sockets.routeNetlink());
  }

  static LinkWatch over(Fd socket) throws KernelException {
    try {
      Sockets.subscribe(socket, Rtnetlink.RTMGRP_LINK);
      return new LinkWatch(socket);
    } catch (KernelException e) {
      socket.close();
      throw e;
    }
  }

  /// The link once `wanted` holds, at once if it holds already; empty when the deadline passes or
  /// one of the `stop` descriptors (such as the VMM's pidfd) becomes readable first.
  public Optional<Link> await(String name, Predicate<Link> wanted, Deadline deadline, int... stop)
      throws IOException {
    int[] fds = new int[stop.length + 1];
    fds[0] = socket.number();
    System.arraycopy(stop, 0, fds, 1, stop.length);
    return PlatformThread.unlessAlready(
        "link-watch " + name, () -> waitFor(name, wanted, deadline, fds));
  }

  private Optional<Link> waitFor(String name, Predicate<Link> wanted, Deadline deadline, int... fds)
      throws IOException {
    askFor(name);
    while (Poll.await(deadline, Poll.IN, fds) == 0) {
      Optional<Link> found = next(name).filter(wanted);
      if (found.isPresent()) return found;
    }
    return Optional.empty();
  }

  /// Becomes readable with each event; for callers that wait for several at once. Valid until
  /// [#close()].
  public int fd() {
    return socket.number();
  }

  /// Takes all events that have come; true if there were any. Does not wait.
  public boolean drain() throws KernelException {
    var buffer = new byte[RECEIVE_BYTES];
    boolean any = false;
    while (Poll.await(Deadline.after(Duration.ZERO), Poll.IN, socket.number()) == 0) {
      any = true;
      try {
        FdIo.read(socket, buffer);
      } catch (KernelException e) {
        if (e.errno() != Errno.ENOBUFS) throw e; // some were lost: there were events, that is all
      }
    }
    return any;
  }

  /// The answer arrives among the events, so nothing is missed in between.
  private void askFor(String name) throws KernelException {
    var request =
        new NetlinkMessage(Rtnetlink.RTM_GETLINK, Rtnetlink.REQUEST)
            .link(0, 0, 0)
            .attribute(Rtnetlink.IFLA_IFNAME, name);
    FdIo.write(socket, request.bytes(++sequence));
  }

  /// The last news of this link in the next datagram. Lost events (`ENOBUFS`) are made good by
  /// asking again.
  private Optional<Link> next(String name) throws KernelException {
    var buffer = new byte[RECEIVE_BYTES];
    try {
      int length = FdIo.read(socket, buffer);
      return NetlinkReply.parse(buffer, length).stream()
          .filter(r -> r.type() == Rtnetlink.RTM_NEWLINK)
          .map(r -> Link.parse(r.body()))
          .filter(l -> l.name().equals(name))
          .reduce((_, later) -> later);
    } catch (KernelException e) {
      if (e.errno() != Errno.ENOBUFS) throw e;
      askFor(name);
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
