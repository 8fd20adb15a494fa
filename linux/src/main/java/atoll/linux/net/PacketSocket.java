package atoll.linux.net;

import atoll.core.Deadline;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.Poll;
import java.util.Arrays;
import java.util.Optional;

/// Raw Ethernet frames of one link: below addresses, routes and most firewall rules of its
/// namespace.
///
/// Made in the calling thread's namespace, usable from any thread, one at a time. Source:
/// packet(7).
public final class PacketSocket implements AutoCloseable {
  private static final int LONGEST_FRAME = 65_600;

  private final Fd socket;
  private final byte[] buffer = new byte[LONGEST_FRAME];

  private PacketSocket(Fd socket) {
    this.socket = socket;
  }

  public static PacketSocket open(int link) throws KernelException {
    return new PacketSocket(Sockets.packet(link));
  }

  /// Puts one whole frame, its Ethernet header included, on the link.
  public void send(byte[] frame) throws KernelException {
    FdIo.write(socket, frame);
  }

  /// The next frame in either direction, or empty at the deadline.
  public Optional<byte[]> receive(Deadline deadline) throws KernelException {
    if (Poll.await(deadline, Poll.IN, socket.number()) < 0) return Optional.empty();
    int length = FdIo.read(socket, buffer);
    return Optional.of(Arrays.copyOf(buffer, length));
  }

  @Override
  public void close() {
    socket.close();
  }
}
