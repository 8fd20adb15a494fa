package atoll.template;

import atoll.core.Deadline;
import atoll.core.Patience;
import atoll.core.Progress;
import atoll.linux.kernel.FileTree;
import atoll.protocol.node.TemplateInfo;
import atoll.template.image.Digest;
import atoll.template.image.Folders;
import atoll.template.image.GuestImages;
import atoll.template.image.Shelf;
import atoll.vmm.Vmm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/// Builds templates: images from the host's package sources, one cold boot, a warm agent, a
/// snapshot.
///
/// - **Owner** one build at a time per cache folder. A build that fails or is interrupted leaves
///   the cache's finished parts, which make the next one fast; a build that is killed leaves
///   staging folders too, which the next one sweeps.
/// - **Threads** [#build] blocks; call it on a platform thread of its own.
/// - **Fails** with a [atoll.core.Refusal]: `disk_full` names the folder, `build_running` another
///   build, `agent_unreachable` and `vmm_exited` carry the guest's last console lines.
public final class TemplateBuilder {
  private static final int ID_LENGTH = 20;
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

  private final Vmm vmm;
  private final TemplateStore store;
  private final Path cache;
  private final BuildHost host;
  private final GuestImages.AgentSource agent;
  private final Patience patience;
  private final SecureRandom random = new SecureRandom();

  /// @param cache keeps kernel, root trees and disks between builds; on the same file system as the
  ///   store, or parts are copied
  /// @param agent brings the agent's bundle into being, or finds it
  /// @param patience how many times longer than usual the guest may take
  public TemplateBuilder(
      Vmm vmm,
      TemplateStore store,
      Path cache,
      BuildHost host,
      GuestImages.AgentSource agent,
      Patience patience) {
    this.vmm = vmm;
    this.store = store;
    this.cache = cache;
    this.host = host;
    this.agent = agent;
    this.patience = patience;
  }

  /// What this build of Atoll would make of the specification, as a digest. A template with another
  /// one came from another Atoll: its agent or its guest files differ.
  public String recipe(TemplateSpec spec) throws IOException {
    return new Digest()
        .text(GuestImages.recipe(agent))
        .text(spec.toString())
        .bytes(WarmUp.code())
        .hex(32);
  }

  /// Builds and publishes. Steps reported: `kernel`, `agent`, `root`, `initramfs`, `disk`, `boot`,
  /// `warm-up`, `snapshot`, `merge`, `publish`.
  public Template build(TemplateSpec spec, Deadline deadline, Progress progress) {
    try (Shelf shelf = Shelf.open(cache)) {
      store.sweep();
      GuestImages images = images(shelf, spec, deadline, progress);
      Template built = finish(spec, images, deadline, new Steps(progress));
      shelf.prune();
      return built;
    } catch (IOException e) {
      throw Folders.refusal("build template " + spec.names().getFirst(), cache, e);
    }
  }

  /// Those of a template that differs in nothing but its snapshot: a node that changed its monitor
  /// or its processor takes only that anew, without a download.
  private GuestImages images(Shelf shelf, TemplateSpec spec, Deadline deadline, Progress progress)
      throws IOException {
    var there = store.images(theirs -> isOf(theirs, spec));
    if (there.isPresent()) return there.get();
    return GuestImages.make(shelf, agent, spec.disk(), deadline, progress);
  }

  private boolean isOf(TemplateDescription theirs, TemplateSpec spec) {
    try {
      return theirs.info().diskMib() == spec.disk().toMib()
          && theirs.recipe().equals(recipe(spec.withCpus(theirs.info().cpuCount())));
    } catch (IOException e) {
      throw new UncheckedIOException("reading what template " + spec.names() + " is made of", e);
    }
  }

  private Template finish(TemplateSpec spec, GuestImages images, Deadline deadline, Steps steps)
      throws IOException {
    String id = nextId();
    Path staged = store.stage(id);
    try {
      var files = new TemplateFiles(staged);
      try (BuildSlot slot = host.open("build-" + id)) {
        var build = new SnapshotBoot(vmm, slot, spec, id, files, patience, steps);
        String agentVersion = build.take(images, deadline);
        return steps.run(
            "publish", "check sums", () -> publish(spec, id, files, agentVersion, images, build));
      }
    } catch (IOException | RuntimeException e) {
      discard(staged, e);
      throw e;
    }
  }

  private Template publish(
      TemplateSpec spec,
      String id,
      TemplateFiles files,
      String agentVersion,
      GuestImages images,
      SnapshotBoot build)
      throws IOException {
    var info =
        new TemplateInfo(
            id,
            spec.names(),
            build.buildId(),
            spec.cpuCount(),
            spec.memory().toMib(),
            spec.disk().toMib(),
            agentVersion,
            vmm.kind().name().toLowerCase(java.util.Locale.ROOT) + "/" + vmm.accelerator().label(),
            Instant.now().truncatedTo(ChronoUnit.MILLIS));
    new TemplateDescription(
            info,
            vmm.snapshotFormat(),
            store.cpu(),
            images.kernelVersion(),
            build.kernelArguments(),
            recipe(spec),
            contents(files))
        .write(files.description());
    return store.publish(id, files.folder());
  }

  private static Map<String, TemplateDescription.Content> contents(TemplateFiles files)
      throws IOException {
    var contents = new LinkedHashMap<String, TemplateDescription.Content>();
    for (String name : TemplateFiles.NAMES) {
      Path file = files.folder().resolve(name);
      contents.put(name, new TemplateDescription.Content(Files.size(file), Digest.ofFile(file)));
    }
    return contents;
  }

  private String nextId() {
    var id = new StringBuilder();
    for (int i = 0; i < ID_LENGTH; i++)
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    return id.toString();
  }

  private static void discard(Path staged, Exception failure) {
    try {
      FileTree.remove(staged);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
