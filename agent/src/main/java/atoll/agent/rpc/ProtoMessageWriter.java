package atoll.agent.rpc;

import java.util.List;
import java.util.Map;

/// The binary form of protobuf. A message's size is known at its end, so its content moves up when
/// the size takes more than one byte.
final class ProtoMessageWriter extends MessageWriter {
  private static final int DEEPEST = 16;
  private static final Field KEY = Field.text(1, "key");
  private static final Field VALUE = Field.text(2, "value");

  /// Where the content of each open message begins.
  private final int[] starts = new int[DEEPEST];

  private int level;

  private void varint(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      put((int) (left & 0x7f | 0x80));
      left >>>= 7;
    }
    put((int) left);
  }

  private void tag(Field field) {
    varint((long) field.number() << 3 | field.wireType());
  }

  private void number(Field field, long value) {
    if (value == 0) return;
    tag(field);
    varint(value);
  }

  @Override
  void putText(Field field, String value) {
    open(field);
    utf8(value);
    close();
  }

  @Override
  public void flag(Field field, boolean value) {
    number(field, value ? 1 : 0);
  }

  @Override
  public void uint32(Field field, long value) {
    number(field, value & 0xffff_ffffL);
  }

  @Override
  public void sint32(Field field, int value) {
    number(field, (value << 1 ^ value >> 31) & 0xffff_ffffL);
  }

  @Override
  public void int64(Field field, long value) {
    number(field, value);
  }

  @Override
  public void enumeration(Field field, int value) {
    number(field, value);
  }

  @Override
  public void bytes(Field field, byte[] from, int count) {
    tag(field);
    varint(count);
    put(from, count);
  }

  private static final Field SECONDS = Field.int64(1, "seconds");
  private static final Field NANOS = Field.uint32(2, "nanos");

  @Override
  public void timestamp(Field field, long seconds, int nanos) {
    open(field);
    int64(SECONDS, seconds);
    uint32(NANOS, nanos);
    close();
  }

  @Override
  public void texts(Field field, List<String> values) {
    for (String value : values) putText(field, value);
  }

  @Override
  public void textMap(Field field, Map<String, String> values) {
    for (var e : values.entrySet()) {
      open(field);
      putText(KEY, e.getKey());
      putText(VALUE, e.getValue());
      close();
    }
  }

  @Override
  public void open(Field field) {
    tag(field);
    put(0);
    starts[level++] = length;
  }

  @Override
  public void close() {
    int start = starts[--level];
    int size = length - start;
    int more = sizeBytes(size) - 1;
    if (more > 0) {
      room(more);
      System.arraycopy(bytes, start, bytes, start + more, size);
    }
    length = start - 1;
    varint(size);
    length += size;
  }

  private static int sizeBytes(int size) {
    return (38 - Integer.numberOfLeadingZeros(size | 1)) / 7;
  }

  @Override
  void reset() {
    length = 0;
    level = 0;
  }

  @Override
  void finish() {}
}
