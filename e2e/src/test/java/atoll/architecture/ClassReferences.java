package atoll.architecture;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The packages that one compiled class speaks of: in its code, its fields, its signatures.
record ClassReferences(String name, Set<String> packages) {
  private static final Pattern TYPE = Pattern.compile("L([a-zA-Z0-9_/$]+)[;<]");

  static ClassReferences read(Path file) throws IOException {
    ClassModel model = ClassFile.of().parse(file);
    var packages = new TreeSet<String>();
    for (var entry : model.constantPool()) {
      switch (entry) {
        case ClassEntry c -> addInternal(c.asInternalName(), packages);
        case NameAndTypeEntry n -> addDescriptor(n.type().stringValue(), packages);
        case MethodTypeEntry m -> addDescriptor(m.descriptor().stringValue(), packages);
        default -> {}
      }
    }
    model.fields().forEach(f -> addDescriptor(f.fieldType().stringValue(), packages));
    model.methods().forEach(m -> addDescriptor(m.methodType().stringValue(), packages));
    return new ClassReferences(dotted(model.thisClass().asInternalName()), packages);
  }

  String packageName() {
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
  }

  private static void addInternal(String name, Set<String> packages) {
    if (name.startsWith("[")) addDescriptor(name, packages);
    else addPackage(name, packages);
  }

  private static void addDescriptor(String descriptor, Set<String> packages) {
    Matcher type = TYPE.matcher(descriptor);
    while (type.find()) addPackage(type.group(1), packages);
  }

  private static void addPackage(String internalName, Set<String> packages) {
    int slash = internalName.lastIndexOf('/');
    if (slash > 0) packages.add(dotted(internalName.substring(0, slash)));
  }

  private static String dotted(String internalName) {
    return internalName.replace('/', '.');
  }
}
