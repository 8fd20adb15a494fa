package atoll.template;

import atoll.core.Refusal;
import atoll.linux.kernel.FileTree;
import atoll.template.image.GuestImages;
import atoll.vmm.Vmm;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The templates of one node: a folder each, published by one rename and never changed after it.
///
/// - **Soft state** the list is read when the store is opened and after each publishing; the
///   folders are the truth.
/// - **Threads** safe anywhere.
/// - **Refuses** a template that another monitor, version or processor made: it is kept, listed in
///   [#rejected()], and never loaded, since loading would fail in ways that nobody can read.
public final class TemplateStore {
  static final String STAGING = ".staging-";
  private static final Pattern ID = Pattern.compile("[a-z0-9]{20}");

  /// A folder that is no usable template here, and why.
  public record Rejected(String id, List<String> names, String reason) {}

  /// What a template boots from, whose snapshot is of no use here.
  record Donor(TemplateDescription description, GuestImages images) {}

  private record Contents(List<Template> templates, List<Rejected> rejected, List<Donor> donors) {}

  private final Path directory;
  private final String snapshotFormat;
  private final String cpu;
  private volatile Contents contents;

  private TemplateStore(Path directory, String snapshotFormat, String cpu) throws IOException {
    this.directory = directory;
    this.snapshotFormat = snapshotFormat;
    this.cpu = cpu;
    Files.createDirectories(directory);
    // Monitors run as other users: they may pass through here, and not look around.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    reload();
  }

  /// Opens `directory`, made if it is missing, for what `vmm` can load on this machine.
  public static TemplateStore open(Path directory, Vmm vmm) throws IOException {
    return new TemplateStore(directory, vmm.snapshotFormat(), HostCpu.identity(vmm.accelerator()));
  }

  static TemplateStore open(Path directory, String snapshotFormat, String cpu) throws IOException {
    return new TemplateStore(directory, snapshotFormat, cpu);
  }

  /// Usable templates, newest first.
  public List<Template> all() {
    return contents.templates;
  }

  /// What sandboxes may be started from by name: without those whose every name means a newer one.
  public List<Template> offered() {
    var taken = new HashSet<String>();
    return all().stream().filter(template -> isNewest(template, taken)).toList();
  }

  private static boolean isNewest(Template template, Set<String> taken) {
    List<String> names = template.info().names();
    boolean newest = names.isEmpty() || !taken.containsAll(names);
    taken.addAll(names);
    return newest;
  }

  /// Removes what is not [offered][#offered()] any more and which no sandbox runs on. Only while
  /// none can be started; returns the ids.
  public List<String> retire(Set<String> inUse) throws IOException {
    var offered = new HashSet<>(offered());
    var retired = new ArrayList<String>();
    for (Template template : all()) {
      String id = template.info().id();
      if (offered.contains(template) || inUse.contains(id)) continue;
      // First out of sight: a half-removed folder must not look like a template.
      Path unseen = directory.resolve(STAGING + id);
      Files.move(directory.resolve(id), unseen, StandardCopyOption.ATOMIC_MOVE);
      FileTree.remove(unseen);
      retired.add(id);
    }
    if (!retired.isEmpty()) reload();
    return retired;
  }

  /// Images that are as good as those of a fresh build, in a template that another monitor or
  /// processor made; `same` says whether what it was made from is what a build would take now.
  Optional<GuestImages> images(Predicate<TemplateDescription> same) {
    return contents.donors.stream()
        .filter(donor -> same.test(donor.description))
        .map(Donor::images)
        .findFirst();
  }

  public List<Rejected> rejected() {
    return contents.rejected;
  }

  /// By id, or the newest one of that name.
  public Optional<Template> find(String nameOrId) {
    return all().stream()
        .filter(t -> matches(t.info().id(), t.info().names(), nameOrId))
        .findFirst();
  }

  /// Like [#find], with a refusal that says what there is instead.
  public Template require(String nameOrId) {
    return find(nameOrId).orElseThrow(() -> absent(nameOrId));
  }

  /// Any template of this id, also one that nothing may be started from any more: sandboxes that
  /// were started from it before run on.
  public Optional<Template> startedFrom(String id) {
    if (!ID.matcher(id).matches()) return Optional.empty();
    var files = new TemplateFiles(directory.resolve(id));
    try {
      return Optional.of(template(files, TemplateDescription.read(files.description())));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  private Refusal absent(String nameOrId) {
    for (Rejected rejected : rejected()) {
      if (!matches(rejected.id, rejected.names, nameOrId)) continue;
      return new Refusal.Failed(
          "template_unusable",
          "template " + nameOrId + " cannot be used on this node: " + rejected.reason,
          "build it again here",
          null,
          null);
    }
    List<String> known =
        all().stream().flatMap(t -> t.info().names().stream()).distinct().sorted().toList();
    return new Refusal.NotFound(
        "template_not_found",
        "template '" + shown(nameOrId) + "' not found",
        "known templates: " + known);
  }

  private static String shown(String text) {
    return text.length() > 64 ? text.substring(0, 64) + "…" : text;
  }

  private static boolean matches(String id, List<String> names, String nameOrId) {
    return id.equals(nameOrId) || names.contains(nameOrId);
  }

  String cpu() {
    return cpu;
  }

  /// A fresh folder beside the templates, on the same file system.
  Path stage(String id) throws IOException {
    return Files.createDirectory(directory.resolve(STAGING + id));
  }

  /// Makes a staged folder a template, and returns it.
  Template publish(String id, Path staged) throws IOException {
    Files.move(staged, directory.resolve(id), StandardCopyOption.ATOMIC_MOVE);
    reload();
    return find(id)
        .orElseThrow(() ->
            new IOException("template " + id + " was published and is not usable: " + rejected()));
  }

  /// Removes what builds left unfinished. Only while no build runs.
  void sweep() throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, STAGING + "*")) {
      for (Path folder : left) FileTree.remove(folder);
    }
  }

  /// Reads the folders anew.
  public void reload() throws IOException {
    var templates = new ArrayList<Template>();
    var rejected = new ArrayList<Rejected>();
    var donors = new ArrayList<Donor>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(directory)) {
      for (Path folder : folders) {
        if (ID.matcher(folder.getFileName().toString()).matches())
          read(folder, templates, rejected, donors);
      }
    }
    templates.sort(Comparator.comparing((Template t) -> t.info().createdAt()).reversed());
    contents = new Contents(List.copyOf(templates), List.copyOf(rejected), List.copyOf(donors));
  }

  private void read(
      Path folder, List<Template> templates, List<Rejected> rejected, List<Donor> donors) {
    String id = folder.getFileName().toString();
    List<String> names = List.of();
    try {
      var files = new TemplateFiles(folder);
      var description = TemplateDescription.read(files.description());
      names = description.info().names();
      check(id, folder, description);
      Optional<String> foreign = foreign(description);
      if (foreign.isEmpty()) {
        templates.add(template(files, description));
        return;
      }
      rejected.add(new Rejected(id, names, foreign.get()));
      donors.add(new Donor(description, images(files, description)));
    } catch (IOException e) {
      rejected.add(new Rejected(id, names, e.getMessage()));
    }
  }

  private static GuestImages images(TemplateFiles files, TemplateDescription description) {
    return new GuestImages(
        files.kernel(), files.initramfs(), files.disk(), description.kernelVersion());
  }

  private static void check(String id, Path folder, TemplateDescription description)
      throws IOException {
    if (!description.info().id().equals(id))
      throw new IOException("its folder is named for another template");
    for (var file : description.files().entrySet()) {
      Path path = folder.resolve(file.getKey());
      if (!Files.isRegularFile(path))
        throw new IOException("its file " + file.getKey() + " is missing");
      if (Files.size(path) != file.getValue().bytes())
        throw new IOException("its file " + file.getKey() + " was changed");
    }
  }

  /// Why its snapshot cannot be loaded here. Monitors do not all refuse it: Firecracker resumes a
  /// guest on a processor that lacks what the guest relies on.
  private Optional<String> foreign(TemplateDescription description) {
    return differ("made by the monitor", description.snapshotFormat(), snapshotFormat)
        .or(() -> differ("made on the processor", description.cpu(), cpu));
  }

  private static Optional<String> differ(String how, String theirs, String ours) {
    if (theirs.equals(ours)) return Optional.empty();
    return Optional.of("it was " + how + " '" + theirs + "', this node has '" + ours + "'");
  }

  private static Template template(TemplateFiles files, TemplateDescription description) {
    return new Template(
        description.info(),
        files.disk(),
        files.memory(),
        files.deviceState(),
        files.kernel(),
        files.initramfs(),
        description.kernelArguments(),
        description.recipe(),
        description.snapshotFormat());
  }

  /// Compares every file of a template with the digests taken at its build; the first difference is
  /// the failure.
  public void verify(Template template) throws IOException {
    Path folder = template.disk().getParent();
    Map<String, TemplateDescription.Content> files =
        new LinkedHashMap<>(
            TemplateDescription.read(new TemplateFiles(folder).description()).files());
    for (var file : files.entrySet()) {
      String now = atoll.template.image.Digest.ofFile(folder.resolve(file.getKey()));
      if (!now.equals(file.getValue().digest())) {
        throw new IOException(
            "file " + file.getKey() + " of template " + template.info().id() + " was changed");
      }
    }
  }
}
