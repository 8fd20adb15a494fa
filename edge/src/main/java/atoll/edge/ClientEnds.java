package atoll.edge;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;

/// Which halves of a client's connection have ended, and how the other ones are ended after them.
/// Confined to the connection's event loop.
final class ClientEnds {
  private final Channel channel;
  private final ClientTimers timers;
  private boolean input;
  private boolean output;
  private boolean guest;

  ClientEnds(Channel channel, ClientTimers timers) {
    this.channel = channel;
    this.timers = timers;
  }

  /// Whether the client sends nothing more.
  boolean input() {
    return input;
  }

  void inputEnded() {
    input = true;
  }

  /// Whether the guest at the tunnel's far end sends nothing more.
  boolean guest() {
    return guest;
  }

  /// Passes the guest's end on to a client that may still send; one that has ended too is left to
  /// [#finish()].
  void guestEnded() {
    guest = true;
    if (input) return;
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(f -> ((DuplexChannel) channel).shutdownOutput());
  }

  /// Sends what is written, then the end of our output, and reads on for a moment, so that a client
  /// still writing does not lose the answer to a reset.
  void finish() {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(f -> endOutput());
  }

  private void endOutput() {
    if (input) {
      channel.close();
      return;
    }
    output = true;
    timers.closing();
    ((DuplexChannel) channel).shutdownOutput();
  }

  /// The client has ended its half: that is all, if we have ended ours.
  void closeIfOver() {
    if (output) channel.close();
  }
}
