package atoll.agent.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Timestamp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Ties our codecs to protobuf's own: types from its descriptors, values at random, both sides in
/// one form to compare.
public final class Golden {
  private static final String[] TEXTS = {
    "",
    "a",
    "ü",
    "日本",
    "😀",
    "\"\\/\b\f\n\r\t\u0001",
    "x".repeat(130),
    "\u007f\u0080\u07ff\u0800\uffff"
  };

  private Golden() {}

  /// Our type for a message of that name, as its descriptor has it.
  public static MessageType type(Descriptor descriptor) {
    return new MessageType(
        descriptor.getFields().stream().map(Golden::field).toArray(Field[]::new));
  }

  static Field field(FieldDescriptor d) {
    Field field = plain(d);
    boolean chosen = d.getRealContainingOneof() != null;
    return chosen ? field.in(d.getRealContainingOneof().getName()) : field;
  }

  private static Field plain(FieldDescriptor d) {
    int number = d.getNumber();
    String name = d.getJsonName();
    if (d.isMapField()) return Field.textMap(number, name);
    return switch (d.getType()) {
      case STRING -> d.isRepeated() ? Field.texts(number, name) : Field.text(number, name);
      case BYTES -> Field.bytes(number, name);
      case BOOL -> Field.flag(number, name);
      case UINT32 -> Field.uint32(number, name);
      case SINT32 -> Field.sint32(number, name);
      case INT64 -> Field.int64(number, name);
      case ENUM -> {
        var values = new HashMap<String, Integer>();
        for (EnumValueDescriptor v : d.getEnumType().getValues())
          values.put(v.getName(), v.getNumber());
        yield Field.enumeration(number, name, values);
      }
      case MESSAGE -> {
        if (d.getMessageType().getFullName().equals("google.protobuf.Timestamp"))
          yield Field.timestamp(number, name);
        MessageType type = type(d.getMessageType());
        yield d.isRepeated()
            ? Field.messages(number, name, type)
            : Field.message(number, name, type);
      }
      default -> throw new IllegalStateException(d.getFullName());
    };
  }

  /// A message of that type whose fields are absent, empty or odd.
  static DynamicMessage random(Descriptor type, Random random) {
    var message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      if (random.nextInt(3) == 0) continue;
      if (field.isMapField()) {
        // Distinct keys, since an entry of a map is not replaced through its descriptor.
        for (int i = random.nextInt(3); i > 0; i--) {
          var entry = field.getMessageType();
          message.addRepeatedField(
              field,
              DynamicMessage.newBuilder(entry)
                  .setField(entry.findFieldByNumber(1), "k" + i + text(random))
                  .setField(entry.findFieldByNumber(2), text(random))
                  .build());
        }
      } else if (field.isRepeated()) {
        for (int i = random.nextInt(4); i > 0; i--)
          message.addRepeatedField(field, value(field, random));
      } else {
        message.setField(field, value(field, random));
      }
    }
    return message.build();
  }

  private static String text(Random random) {
    return TEXTS[random.nextInt(TEXTS.length)];
  }

  private static Object value(FieldDescriptor field, Random random) {
    return switch (field.getType()) {
      case STRING -> text(random);
      case BYTES -> {
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        yield ByteString.copyFrom(bytes);
      }
      case BOOL -> random.nextBoolean();
      case UINT32, SINT32 -> random.nextInt() >> random.nextInt(32);
      case INT64 -> random.nextLong() >> random.nextInt(64);
      case ENUM -> {
        var values = field.getEnumType().getValues();
        yield values.get(random.nextInt(values.size()));
      }
      case MESSAGE ->
          field.getMessageType().getName().equals("Timestamp")
              ? time(random)
              : random(field.getMessageType(), random);
      default -> throw new IllegalStateException(field.getFullName());
    };
  }

  private static Timestamp time(Random random) {
    int[] nanos = {0, 5_000_000, 123_456_000, 999_999_999, 1};
    return Timestamp.newBuilder()
        .setSeconds(random.nextLong(-62_135_596_800L, 253_402_300_800L))
        .setNanos(nanos[random.nextInt(nanos.length)])
        .build();
  }

  /// What protobuf holds, in a form that compares.
  static Map<String, Object> plain(DynamicMessage message) {
    var all = new TreeMap<String, Object>();
    for (var e : message.getAllFields().entrySet()) {
      FieldDescriptor field = e.getKey();
      if (field.isMapField()) {
        var map = new TreeMap<String, String>();
        for (Object entry : (List<?>) e.getValue()) {
          var pair = (DynamicMessage) entry;
          Descriptor type = field.getMessageType();
          map.put(
              (String) pair.getField(type.findFieldByNumber(1)),
              (String) pair.getField(type.findFieldByNumber(2)));
        }
        all.put(field.getJsonName(), map);
      } else {
        all.put(field.getJsonName(), plain(field, e.getValue()));
      }
    }
    return all;
  }

  private static Object plain(FieldDescriptor field, Object value) {
    return switch (value) {
      case DynamicMessage message -> plain(message);
      case ByteString bytes -> bytes.toByteArray();
      case EnumValueDescriptor e -> e.getNumber();
      case Integer number when field.getType() == FieldDescriptor.Type.UINT32 ->
          Integer.toUnsignedLong(number);
      default -> value;
    };
  }

  /// What we decoded, in that form; fields without presence are left out when they have their
  /// default.
  static Map<String, Object> plain(Message message, Descriptor type) {
    var all = new TreeMap<String, Object>();
    for (FieldDescriptor d : type.getFields()) {
      Object value = message.get(field(d));
      if (value == null) continue;
      Object shown = value instanceof Message m ? plain(m, d.getMessageType()) : value;
      if (d.isMapField()) shown = new TreeMap<>((Map<?, ?>) value);
      if (!d.hasPresence() && isDefault(shown)) continue;
      all.put(d.getJsonName(), shown);
    }
    return all;
  }

  private static boolean isDefault(Object value) {
    return switch (value) {
      case String text -> text.isEmpty();
      case byte[] bytes -> bytes.length == 0;
      case Boolean flag -> !flag;
      case Number number -> number.longValue() == 0;
      case List<?> list -> list.isEmpty();
      case Map<?, ?> map -> map.isEmpty();
      default -> false;
    };
  }

  /// Writes what protobuf holds with our writer.
  static void write(DynamicMessage message, MessageWriter to) {
    for (var e : message.getAllFields().entrySet()) {
      FieldDescriptor d = e.getKey();
      if (d.isRepeated()) repeated(d, (List<?>) e.getValue(), message, to);
      else single(d, e.getValue(), to);
    }
  }

  @SuppressWarnings("unchecked") // a repeated string field holds strings, a map field a map
  private static void repeated(
      FieldDescriptor d, List<?> values, DynamicMessage owner, MessageWriter to) {
    Field field = field(d);
    if (d.isMapField()) {
      var map = new java.util.LinkedHashMap<String, String>();
      Descriptor type = d.getMessageType();
      for (Object value : values) {
        var pair = (DynamicMessage) value;
        map.put(
            (String) pair.getField(type.findFieldByNumber(1)),
            (String) pair.getField(type.findFieldByNumber(2)));
      }
      to.textMap(field, map);
    } else if (d.getType() == FieldDescriptor.Type.STRING) {
      to.texts(field, (List<String>) values);
    } else {
      for (Object value : values) {
        to.open(field);
        write((DynamicMessage) value, to);
        to.close();
      }
    }
  }

  private static void single(FieldDescriptor d, Object value, MessageWriter to) {
    Field field = field(d);
    switch (value) {
      case String text when d.hasPresence() -> to.optionalText(field, text);
      case String text -> to.text(field, text);
      case ByteString bytes -> to.bytes(field, bytes.toByteArray(), bytes.size());
      case Boolean flag -> to.flag(field, flag);
      case Long number -> to.int64(field, number);
      case Integer number when d.getType() == FieldDescriptor.Type.SINT32 ->
          to.sint32(field, number);
      case Integer number -> to.uint32(field, Integer.toUnsignedLong(number));
      case EnumValueDescriptor v -> to.enumeration(field, v.getNumber());
      case Timestamp t -> to.timestamp(field, t.getSeconds(), t.getNanos());
      case DynamicMessage t when d.getMessageType().getName().equals("Timestamp") ->
          to.timestamp(field, (Long) part(t, 1), (Integer) part(t, 2));
      case DynamicMessage m -> {
        to.open(field);
        write(m, to);
        to.close();
      }
      default -> throw new IllegalStateException(d.getFullName() + " " + value.getClass());
    }
  }

  private static Object part(DynamicMessage message, int number) {
    return message.getField(message.getDescriptorForType().findFieldByNumber(number));
  }
}
