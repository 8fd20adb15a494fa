package atoll.agent.rpc;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// Reads the binary form of protobuf: unknown fields are skipped, the last of several values wins,
/// several messages of one field are merged. For one thread and one message.
final class ProtoDecoder {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int GROUP = 3;
  private static final int END_GROUP = 4;
  private static final int FIXED32 = 5;

  /// As deep as other implementations go.
  private static final int DEEPEST_GROUP = 100;

  private static final MessageType MAP_ENTRY =
      new MessageType(Field.text(1, "key"), Field.text(2, "value"));

  private final byte[] in;
  private int at;
  private final int end;

  ProtoDecoder(byte[] in, int from, int to) {
    this.in = in;
    this.at = from;
    this.end = to;
  }

  Message message(MessageType type) throws RpcException {
    var message = new Message(type);
    into(message);
    return message;
  }

  private void into(Message message) throws RpcException {
    while (at < end) {
      long tag = varint();
      int number = (int) (tag >>> 3);
      if (tag >>> 32 != 0 || number == 0) throw bad("an invalid tag");
      int wire = (int) tag & 7;
      Field field = message.type().byNumber(number);
      if (field == null || field.wireType() != wire) skip(number, wire, 0);
      else value(field, message);
    }
  }

  private void value(Field field, Message message) throws RpcException {
    Object value =
        switch (field.kind()) {
          case TEXT -> text(size());
          case BYTES -> bytes(size());
          case FLAG -> varint() != 0;
          case UINT32 -> varint() & 0xffff_ffffL;
          case ENUM -> (int) varint();
          case MESSAGE -> nested(field, message);
          case TEXTS -> {
            var texts = message.growingTexts(field);
            texts.add(text(size()));
            bounded(field, texts.size());
            yield null;
          }
          case TEXT_MAP -> {
            var map = message.growingMap(field);
            entry(map);
            bounded(field, map.size());
            yield null;
          }
          case SINT32, INT64, TIMESTAMP, MESSAGES ->
              throw new IllegalStateException(field + " is only ever sent");
        };
    if (value == null) return;
    if (field.choice() != null) message.clearChoice(field.choice());
    message.put(field, value);
  }

  private void bounded(Field field, int size) throws RpcException {
    if (size > Message.MOST_ELEMENTS)
      throw bad("field " + field + ": more than " + Message.MOST_ELEMENTS + " elements");
  }

  private Message nested(Field field, Message parent) throws RpcException {
    Message known = (Message) parent.get(field);
    Message target = known == null ? new Message(field.type()) : known;
    int size = size();
    new ProtoDecoder(in, at, at + size).into(target);
    at += size;
    return target;
  }

  private void entry(Map<String, String> map) throws RpcException {
    int size = size();
    Message entry = new ProtoDecoder(in, at, at + size).message(MAP_ENTRY);
    at += size;
    map.put(entry.text("key"), entry.text("value"));
  }

  private long varint() throws RpcException {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at >= end) throw bad("it ends early");
      byte b = in[at++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) return value;
    }
    throw bad("a number of more than 10 bytes");
  }

  /// The size of what follows, which is there in full.
  private int size() throws RpcException {
    long size = varint();
    if (size < 0 || size > end - at) throw bad("it ends early");
    return (int) size;
  }

  private byte[] bytes(int size) {
    at += size;
    return Arrays.copyOfRange(in, at - size, at);
  }

  private String text(int size) throws RpcException {
    try {
      at += size;
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(in, at - size, size))
          .toString();
    } catch (CharacterCodingException e) {
      throw bad("a string that is not UTF-8");
    }
  }

  private void skip(int number, int wire, int depth) throws RpcException {
    switch (wire) {
      case VARINT -> varint();
      case FIXED64 -> leap(8);
      case FIXED32 -> leap(4);
      case BYTES -> leap(size());
      case GROUP -> skipGroup(number, depth + 1);
      default -> throw bad("wire type " + wire);
    }
  }

  private void skipGroup(int group, int depth) throws RpcException {
    if (depth > DEEPEST_GROUP) throw bad("groups nested deeper than " + DEEPEST_GROUP);
    while (true) {
      long tag = varint();
      int number = (int) (tag >>> 3);
      if (tag >>> 32 != 0 || number == 0) throw bad("an invalid tag");
      if ((tag & 7) != END_GROUP) {
        skip(number, (int) tag & 7, depth);
      } else if (number == group) {
        return;
      } else {
        throw bad("a group that ends as another");
      }
    }
  }

  private void leap(int count) throws RpcException {
    if (count > end - at) throw bad("it ends early");
    at += count;
  }

  private RpcException bad(String what) {
    return RpcException.invalid("unmarshal message: " + what + " at offset " + at);
  }
}
