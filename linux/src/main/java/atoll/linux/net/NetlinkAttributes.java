package atoll.linux.net;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The attributes of one netlink message by type. Lengths are checked: what does not fit ends the
/// list.
final class NetlinkAttributes {
  private static final int HEADER_BYTES = 4;

  /// Without the nested and byte-order flags.
  private static final int TYPE_MASK = 0x3fff;

  private final Map<Integer, ByteBuffer> values = new HashMap<>();

  private NetlinkAttributes() {}

  static NetlinkAttributes parse(ByteBuffer body, int from) {
    var attributes = new NetlinkAttributes();
    int at = from;
    while (at + HEADER_BYTES <= body.limit()) {
      int length = body.getShort(at) & 0xffff;
      if (length < HEADER_BYTES || at + length > body.limit()) break;
      ByteBuffer value = body.slice(at + HEADER_BYTES, length - HEADER_BYTES).order(body.order());
      attributes.values.put(body.getShort(at + 2) & TYPE_MASK, value);
      at += (length + 3) & ~3;
    }
    return attributes;
  }

  Optional<ByteBuffer> buffer(int type) {
    return Optional.ofNullable(values.get(type));
  }

  Optional<byte[]> bytes(int type) {
    return buffer(type)
        .map(value -> {
          var bytes = new byte[value.limit()];
          value.get(0, bytes);
          return bytes;
        });
  }

  /// Text up to its NUL.
  String text(int type, String otherwise) {
    return bytes(type)
        .map(b -> new String(b, StandardCharsets.US_ASCII))
        .map(s -> s.indexOf('\0') < 0 ? s : s.substring(0, s.indexOf('\0')))
        .orElse(otherwise);
  }

  int integer(int type, int otherwise) {
    return buffer(type).filter(b -> b.limit() >= 4).map(b -> b.getInt(0)).orElse(otherwise);
  }

  int octet(int type, int otherwise) {
    return buffer(type).filter(b -> b.limit() >= 1).map(b -> b.get(0) & 0xff).orElse(otherwise);
  }
}
