package atoll.node.egress;

import atoll.core.Deadline;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.Poll;
import atoll.linux.net.Cidr;
import atoll.linux.net.Mac;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netlink;
import atoll.linux.net.Netns;
import atoll.linux.net.Tap;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// A guest without a machine: a namespace with a network card of its own, whose frames a thread
/// carries to and from the tap of a slot, as a monitor would.
public final class CableGuest implements AutoCloseable {
  private static final int LARGEST_FRAME = 65_550 + 12;

  private final Netns netns;
  private final Fd card;
  private final Fd tap;
  private final Thread pump;
  private volatile boolean ended;

  public CableGuest(
      Path anchor, Fd tap, Cidr address, Inet4Address gateway, Mac mac, NamespaceDialer dialer)
      throws IOException {
    this.tap = tap;
    this.netns = Netns.create(Files.createFile(anchor));
    this.card =
        netns.inside(() -> {
          Tap.create("eth0");
          return Tap.open("eth0");
        });
    try (Netlink netlink = dialer.netlink(netns)) {
      int index = netlink.link("eth0").orElseThrow().index();
      netlink.up(netlink.link("lo").orElseThrow().index());
      netlink.up(index, mac);
      netlink.addAddress(index, address);
      if (gateway != null) netlink.addRoute(Cidr.parse("0.0.0.0/0"), gateway, index);
    }
    this.pump = Thread.ofPlatform().daemon().name("cable").start(this::carry);
  }

  /// Neither end blocks; a full one loses the frame, as cables do.
  private void carry() {
    var frame = new byte[LARGEST_FRAME];
    try {
      while (!ended) {
        if (Poll.await(Deadline.after(Duration.ofMillis(100)), Poll.IN, card.number(), tap.number())
            < 0) continue;
        move(card, tap, frame);
        move(tap, card, frame);
      }
    } catch (IOException e) {
      if (!ended) throw new java.io.UncheckedIOException(e);
    }
  }

  private static void move(Fd from, Fd to, byte... frame) throws IOException {
    for (int i = 0; i < 64; i++) {
      int length;
      try {
        length = FdIo.read(from, frame);
      } catch (KernelException e) {
        if (e.errno() == Errno.EAGAIN) return;
        throw e;
      }
      try {
        FdIo.write(to, java.util.Arrays.copyOf(frame, length));
      } catch (KernelException lost) {
        // EIO: the other side is not up yet.
      }
    }
  }

  public Netns netns() {
    return netns;
  }

  /// A connection made by a program in the guest, which gives up after two seconds.
  public Socket connect(String address, int port) throws IOException {
    return netns.inside(() -> {
      var socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(address, port), 2000);
        socket.setSoTimeout(2000);
        return socket;
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    });
  }

  /// Sends bytes and returns what comes back in one piece.
  public static String ask(Socket socket, byte... bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    var reply = new byte[4096];
    int length = socket.getInputStream().read(reply);
    if (length < 0) throw new IOException("closed by the other side");
    return new String(reply, 0, length, java.nio.charset.StandardCharsets.US_ASCII).strip();
  }

  /// Whether a datagram comes back within half a second.
  public boolean datagram(String address, int port) throws IOException {
    return netns.inside(() -> {
      try (var socket = new DatagramSocket()) {
        socket.setSoTimeout(500);
        socket.send(new DatagramPacket(new byte[] {1}, 1, InetAddress.ofLiteral(address), port));
        socket.receive(new DatagramPacket(new byte[16], 16));
        return true;
      } catch (IOException none) {
        return false;
      }
    });
  }

  @Override
  public void close() throws IOException {
    ended = true;
    try {
      pump.join(2000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    card.close();
    tap.close();
    netns.close();
    Netns.delete(netns.anchor());
  }
}
