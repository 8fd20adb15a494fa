package atoll.cli;

import atoll.cli.client.GuestClient;
import atoll.cli.report.CommandFailure;
import java.io.IOException;
import java.io.InputStream;

/// Copies an input of ours to a program in a guest until either ends.
final class ProgramInput {
  private static final int PIECE = 32 * 1024;

  private final GuestClient guest;
  private final InputStream in;

  ProgramInput(GuestClient guest, InputStream in) {
    this.guest = guest;
    this.in = in;
  }

  /// Returns at once. The thread is a daemon: a read of a terminal cannot be interrupted, and must
  /// not keep the command alive.
  void start(long pid) {
    Thread.ofPlatform().daemon().name("stdin").start(() -> copy(pid));
  }

  private void copy(long pid) {
    try {
      for (byte[] piece = in.readNBytes(1); piece.length > 0; piece = more())
        guest.input(pid, piece);
      guest.closeInput(pid);
    } catch (IOException | CommandFailure e) {
      System.getLogger(ProgramInput.class.getName())
          .log(System.Logger.Level.DEBUG, "the input ended", e);
    }
  }

  /// What is there already, up to a limit, or the next byte once it comes.
  private byte[] more() throws IOException {
    return in.readNBytes(Math.clamp(in.available(), 1, PIECE));
  }
}
