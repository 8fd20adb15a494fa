package atoll.vmm.qemu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Cuts a stream of bytes into lines, none longer than a bound. For one thread.
final class LineBuffer {
  private final int longest;
  private byte[] bytes = new byte[4096];
  private int length;

  LineBuffer(int longest) {
    this.longest = longest;
  }

  /// One read; returns the lines that it completed, without their ends.
  List<byte[]> read(ReadableByteChannel channel) throws IOException {
    if (length == bytes.length) grow();
    int count = readOnce(channel);
    if (count < 0) throw new java.io.EOFException("the monitor closed its control socket");
    return cut(length, length += count);
  }

  /// A monitor that dies with commands unread resets the connection; that is its end all the same.
  private int readOnce(ReadableByteChannel channel) throws IOException {
    try {
      return channel.read(ByteBuffer.wrap(bytes, length, bytes.length - length));
    } catch (java.net.SocketException reset) {
      return -1;
    }
  }

  private void grow() throws IOException {
    if (length >= longest)
      throw new IOException("the monitor sent a line of more than " + longest + " bytes");
    bytes = Arrays.copyOf(bytes, Math.min(longest, length * 2));
  }

  private List<byte[]> cut(int scanFrom, int end) {
    var lines = new ArrayList<byte[]>();
    int start = 0;
    for (int i = scanFrom; i < end; i++) {
      if (bytes[i] != '\n') continue;
      lines.add(Arrays.copyOfRange(bytes, start, i));
      start = i + 1;
    }
    System.arraycopy(bytes, start, bytes, 0, end - start);
    length = end - start;
    return lines;
  }
}
