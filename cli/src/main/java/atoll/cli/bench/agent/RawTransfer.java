package atoll.cli.bench.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/// The least that a transfer can cost: one TCP connection on loopback and a file, moved in pieces
/// of 64 KiB.
public final class RawTransfer {
  private static final int PIECE = 64 * 1024;

  private RawTransfer() {}

  /// From a socket into a file.
  public static void upload(Path file, byte[] piece, long size) throws Exception {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      FutureTask<Long> receiving =
          started(() -> {
            try (Socket socket = listener.accept();
                OutputStream out = Files.newOutputStream(file)) {
              return move(socket.getInputStream(), out);
            }
          });
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort())) {
        for (long left = size; left > 0; left -= piece.length)
          socket.getOutputStream().write(piece, 0, (int) Math.min(left, piece.length));
      }
      require(receiving.get(), size);
    }
  }

  /// From a file through a socket to nowhere.
  public static void download(Path file, long size) throws Exception {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      FutureTask<Long> sending =
          started(() -> {
            try (Socket socket = listener.accept();
                InputStream in = Files.newInputStream(file)) {
              return move(in, socket.getOutputStream());
            }
          });
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort())) {
        move(socket.getInputStream(), OutputStream.nullOutputStream());
      }
      require(sending.get(), size);
    }
  }

  private static FutureTask<Long> started(Callable<Long> work) {
    var task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().name("raw-transfer").start(task);
    return task;
  }

  private static long move(InputStream in, OutputStream out) throws IOException {
    var buffer = new byte[PIECE];
    long total = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      out.write(buffer, 0, n);
      total += n;
    }
    return total;
  }

  private static void require(long moved, long size) throws IOException {
    if (moved != size) throw new IOException("moved " + moved + " bytes of " + size);
  }
}
