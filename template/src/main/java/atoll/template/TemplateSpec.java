package atoll.template;

import atoll.core.Bytes;
import atoll.core.Refusal;
import atoll.vmm.Accelerator;
import java.util.List;
import java.util.regex.Pattern;

/// A template to build.
///
/// @param names what users call it, the first one first; `[a-z0-9._-]`, at most 63 characters each
/// @param disk size of the root disk, most of it a hole until a sandbox writes
public record TemplateSpec(List<String> names, int cpuCount, Bytes memory, Bytes disk) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  /// The smallest guest in which Python and the agent are at ease.
  private static final Bytes BASE_MEMORY = Bytes.mib(512);

  public TemplateSpec {
    names = List.copyOf(names);
    for (String name : names) {
      if (!isName(name))
        throw new Refusal.Invalid("template_name_invalid", "invalid template name: " + name);
    }
    if (names.isEmpty())
      throw new Refusal.Invalid("template_name_invalid", "a template needs a name");
  }

  /// The template that every node starts with. One processor under TCG, where a second one costs
  /// more than it brings.
  public static TemplateSpec base(Accelerator accelerator) {
    int cpus =
        switch (accelerator) {
          case KVM -> 2;
          case TCG -> 1;
        };
    return new TemplateSpec(List.of("base"), cpus, BASE_MEMORY, Bytes.gib(2));
  }

  TemplateSpec withCpus(int count) {
    return new TemplateSpec(names, count, memory, disk);
  }

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }
}
