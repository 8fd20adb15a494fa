package atoll.template.bundle;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How the agent is started out of its bundle: by the bundle's own copy of the C library's loader,
/// so that the root it runs in may have another C library or none.
///
/// The flags keep it small and quiet: one collector thread, one compiler thread, no periodic work.
/// What exceptions tell is said here as java.security says it, since that file is then not read;
/// the usual provider of channels is named, and reflection kept out of method handles, since
/// looking for it took longer than all sockets. Method handles are not customized: the 128th call
/// of each would generate a class, and a clone in software spent its first hundred commands on
/// that. Profiles of the training are left out of the cache: they make the start compile what it is
/// about to leave. The start cache holds no machine code (no adapters, no stubs), so that one made
/// on this processor is good on any other; it is mapped where it was made for, so that its pages
/// stay shared with the file.
final class AgentCommand {
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms8m",
          "-Xmx96m",
          "-Xss256k",
          "-XX:TieredStopAtLevel=1",
          "-XX:CICompilerCount=1",
          "-XX:ReservedCodeCacheSize=16m",
          "-XX:-UsePerfData",
          "-XX:-UseDynamicNumberOfCompilerThreads",
          "-XX:+DisableAttachMechanism",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:GuaranteedSafepointInterval=0",
          "-XX:AsyncDeflationInterval=60000",
          "-XX:-AOTAdapterCaching",
          "-XX:-AOTStubCaching",
          "-XX:-AOTRecordTraining",
          "-XX:-AOTReplayTraining",
          "-XX:ArchiveRelocationMode=0",
          "-Xlog:aot=off",
          "-Xlog:cds=off",
          "-Djava.security.egd=file:/dev/urandom",
          "-Djdk.includeInExceptions=hostInfoExclSocket",
          "-Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.EPollSelectorProvider",
          "-Djdk.reflect.useNativeAccessorOnly=true",
          "-Djava.lang.invoke.MethodHandle.CUSTOMIZE_THRESHOLD=-1",
          "--enable-native-access=atoll.linux");

  private static final List<String> MAIN = List.of("-m", "atoll.agent/atoll.agent.Main");
  static final String CACHE = "/lib/agent.aot";

  /// The loader under a name that process lists show.
  static final String LOADER = "/lib/atoll-agent";

  static final String LIBRARIES = "/lib/c";

  static final String LOCALES = "/lib/locale";

  /// File names are UTF-8 whatever the guest's locale.
  private static final String UTF_8 = "LC_ALL=C.UTF-8";

  private AgentCommand() {}

  /// As the launcher runs it, from the folder that [Launcher#HERE] stands for.
  static List<String> ofLauncher(boolean loader) {
    return words(Launcher.HERE, loader, "-XX:AOTCache=" + Launcher.HERE + CACHE);
  }

  /// Its own C library finds the locale in the bundle: many a root has none, and then names beyond
  /// ASCII could not be opened.
  static List<String> environment(boolean loader) {
    return loader ? List.of(UTF_8, "LOCPATH=" + Launcher.HERE + LOCALES) : List.of(UTF_8);
  }

  /// As it runs once to be watched: what it loads becomes the start cache.
  static List<String> training(Path folder, boolean loader) {
    return words(folder.toString(), loader, "-XX:AOTCacheOutput=" + folder + CACHE);
  }

  private static List<String> words(String folder, boolean loader, String cache) {
    var words = new ArrayList<String>();
    if (loader) words.addAll(List.of(folder + LOADER, "--library-path", folder + LIBRARIES));
    words.add(folder + "/bin/java");
    words.addAll(FLAGS);
    words.add(cache);
    words.addAll(MAIN);
    return words;
  }
}
