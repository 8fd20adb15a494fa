package atoll.agent.rpc;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.TimestampProto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.regex.Pattern;

/// Reads the two `.proto` files of the tests into protobuf's own descriptors: as much of the
/// language as they use, so that no compiler has to be fetched.
public final class ProtoFile {
  private static final Pattern TOKEN = Pattern.compile("//.*|\"[^\"]*\"|[\\w.]+|[{}=;<>,]");

  private final Queue<String> tokens = new ArrayDeque<>();
  private final FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder();
  private final List<String> enums = new ArrayList<>();

  private ProtoFile(String text) {
    TOKEN
        .matcher(text)
        .results()
        .map(r -> r.group())
        .forEach(t -> {
          if (!t.startsWith("//")) tokens.add(t);
        });
  }

  /// Such as `process`.
  public static FileDescriptor read(String name) {
    try (var in = ProtoFile.class.getResourceAsStream("/proto/" + name + ".proto")) {
      var parser = new ProtoFile(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      parser.file.setName(name + ".proto").setSyntax("proto3").setPackage(name);
      parser.file.addDependency("google/protobuf/timestamp.proto");
      parser.all();
      return FileDescriptor.buildFrom(
          parser.file.build(), new FileDescriptor[] {TimestampProto.getDescriptor()});
    } catch (IOException | DescriptorValidationException e) {
      throw new IllegalStateException(name, e);
    }
  }

  /// Such as `process.StartRequest`.
  public static Descriptor message(String name) {
    int dot = name.indexOf('.');
    return read(name.substring(0, dot)).findMessageTypeByName(name.substring(dot + 1));
  }

  private void all() {
    while (!tokens.isEmpty()) {
      switch (tokens.remove()) {
        case "syntax", "package" -> {
          while (!tokens.remove().equals(";")) {}
        }
        case "enum" -> enumeration();
        case "message" -> message();
        default -> throw new IllegalStateException("before " + tokens);
      }
    }
    resolve();
  }

  private void enumeration() {
    var type = EnumDescriptorProto.newBuilder().setName(tokens.remove());
    tokens.remove();
    while (!tokens.peek().equals("}")) {
      var value = EnumValueDescriptorProto.newBuilder().setName(tokens.remove());
      tokens.remove();
      type.addValue(value.setNumber(Integer.parseInt(tokens.remove())));
      tokens.remove();
    }
    tokens.remove();
    enums.add(type.getName());
    file.addEnumType(type);
  }

  private void message() {
    var type = DescriptorProto.newBuilder().setName(tokens.remove());
    tokens.remove();
    var optional = new ArrayList<FieldDescriptorProto.Builder>();
    var fields = new ArrayList<FieldDescriptorProto.Builder>();
    while (!tokens.peek().equals("}")) {
      if (tokens.peek().equals("oneof")) oneof(type, fields);
      else fields.add(field(type, optional));
    }
    tokens.remove();
    for (var field : optional) {
      field.setProto3Optional(true).setOneofIndex(type.getOneofDeclCount());
      type.addOneofDecl(OneofDescriptorProto.newBuilder().setName("_" + field.getName()));
    }
    fields.forEach(type::addField);
    file.addMessageType(type);
  }

  private void oneof(DescriptorProto.Builder type, List<FieldDescriptorProto.Builder> fields) {
    tokens.remove();
    type.addOneofDecl(OneofDescriptorProto.newBuilder().setName(tokens.remove()));
    tokens.remove();
    while (!tokens.peek().equals("}"))
      fields.add(field(type, new ArrayList<>()).setOneofIndex(type.getOneofDeclCount() - 1));
    tokens.remove();
  }

  private FieldDescriptorProto.Builder field(
      DescriptorProto.Builder owner, List<FieldDescriptorProto.Builder> optional) {
    var field = FieldDescriptorProto.newBuilder().setLabel(Label.LABEL_OPTIONAL);
    String word = tokens.remove();
    if (word.equals("map")) {
      for (int i = 0; i < 5; i++) tokens.remove();
      return end(field.setLabel(Label.LABEL_REPEATED).setTypeName(entry(owner)));
    }
    if (word.equals("repeated")) field.setLabel(Label.LABEL_REPEATED);
    if (word.equals("optional")) optional.add(field);
    String type = word.equals("repeated") || word.equals("optional") ? tokens.remove() : word;
    switch (type) {
      case "string", "bytes", "bool", "uint32", "sint32", "int64", "int32" ->
          field.setType(Type.valueOf("TYPE_" + type.toUpperCase(Locale.ROOT)));
      default -> field.setTypeName(type);
    }
    return end(field);
  }

  private FieldDescriptorProto.Builder end(FieldDescriptorProto.Builder field) {
    field.setName(tokens.remove());
    tokens.remove();
    field.setNumber(Integer.parseInt(tokens.remove()));
    tokens.remove();
    return field;
  }

  /// A map is a repeated message of key and value. Its name comes from the field, told next.
  private String entry(DescriptorProto.Builder owner) {
    String name = tokens.peek();
    String entry = Character.toUpperCase(name.charAt(0)) + name.substring(1) + "Entry";
    var key = FieldDescriptorProto.newBuilder().setName("key").setNumber(1);
    var value = FieldDescriptorProto.newBuilder().setName("value").setNumber(2);
    owner.addNestedType(
        DescriptorProto.newBuilder()
            .setName(entry)
            .addField(key.setType(Type.TYPE_STRING).setLabel(Label.LABEL_OPTIONAL))
            .addField(value.setType(Type.TYPE_STRING).setLabel(Label.LABEL_OPTIONAL))
            .setOptions(MessageOptions.newBuilder().setMapEntry(true)));
    return owner.getName() + "." + entry;
  }

  private void resolve() {
    for (var message : file.getMessageTypeBuilderList()) {
      for (var field : message.getFieldBuilderList()) {
        if (field.getTypeName().isEmpty()) continue;
        field.setType(enums.contains(field.getTypeName()) ? Type.TYPE_ENUM : Type.TYPE_MESSAGE);
        String prefix =
            field.getTypeName().startsWith("google") ? "." : "." + file.getPackage() + ".";
        field.setTypeName(prefix + field.getTypeName());
      }
    }
  }
}
