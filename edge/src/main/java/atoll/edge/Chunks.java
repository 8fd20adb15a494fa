package atoll.edge;

import io.netty.buffer.ByteBuf;

/// Follows the chunked coding (RFC 9112, section 7.1) without decoding it.
///
/// Strict: sizes are 1 to 15 hexadecimal digits, every line ends in CR LF, extensions and trailers
/// are bounded.
final class Chunks {
  private static final int MOST_DIGITS = 15;
  private static final int LONGEST_LINE = 4 << 10;
  private static final int MOST_TRAILER_BYTES = 16 << 10;

  private enum At {
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER_START,
    TRAILER,
    TRAILER_LF,
    LAST_LF,
    DONE
  }

  private At at;
  private long size;
  private int digits;
  private int line;
  private int trailer;

  void begin() {
    at = At.SIZE;
    size = 0;
    digits = 0;
    line = 0;
    trailer = 0;
  }

  boolean complete() {
    return at == At.DONE;
  }

  int take(ByteBuf in) throws BadMessage {
    int start = in.readerIndex();
    int end = in.writerIndex();
    int i = start;
    while (i < end && at != At.DONE) {
      if (at == At.DATA) {
        i += skipData(end - i);
      } else {
        step(in.getByte(i++));
      }
    }
    return i - start;
  }

  private int skipData(int available) {
    int taken = (int) Math.min(size, available);
    size -= taken;
    if (size == 0) at = At.DATA_CR;
    return taken;
  }

  private void step(byte b) throws BadMessage {
    switch (at) {
      case SIZE -> size(b);
      case EXTENSION -> text(b, At.SIZE_LF);
      case SIZE_LF -> lineFeed(b, size == 0 ? At.TRAILER_START : At.DATA);
      case DATA_CR -> expect(b, '\r', At.DATA_LF);
      case DATA_LF -> nextChunk(b);
      case TRAILER_START -> trailerStart(b);
      case TRAILER -> text(b, At.TRAILER_LF);
      case TRAILER_LF -> lineFeed(b, At.TRAILER_START);
      case LAST_LF -> lineFeed(b, At.DONE);
      case DATA, DONE -> throw new IllegalStateException("no single bytes here");
    }
  }

  private void size(byte b) throws BadMessage {
    int digit = Ascii.hex(b);
    if (digit >= 0 && digits < MOST_DIGITS) {
      digits++;
      size = size << 4 | digit;
    } else if (digits > 0 && b == '\r') {
      at = At.SIZE_LF;
    } else if (digits > 0 && b == ';') {
      at = At.EXTENSION;
    } else {
      throw malformed();
    }
  }

  private void nextChunk(byte b) throws BadMessage {
    lineFeed(b, At.SIZE);
    digits = 0;
  }

  private void trailerStart(byte b) throws BadMessage {
    if (b == '\r') {
      at = At.LAST_LF;
    } else if (Ascii.token(b)) {
      at = At.TRAILER;
    } else {
      throw malformed();
    }
  }

  private void text(byte b, At afterCr) throws BadMessage {
    if (b == '\r') {
      at = afterCr;
    } else if (!Ascii.text(b)
        || ++line > LONGEST_LINE
        || (at == At.TRAILER && ++trailer > MOST_TRAILER_BYTES)) {
      throw malformed();
    }
  }

  private void lineFeed(byte b, At next) throws BadMessage {
    line = 0;
    expect(b, '\n', next);
  }

  private void expect(byte b, char wanted, At next) throws BadMessage {
    if (b != wanted) throw malformed();
    at = next;
  }

  private static BadMessage malformed() {
    return BadMessage.of("malformed chunked body");
  }
}
