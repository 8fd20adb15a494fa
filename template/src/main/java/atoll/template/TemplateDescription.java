package atoll.template;

import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import atoll.core.json.JsonWriter;
import atoll.protocol.node.TemplateInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// What `template.json` says. Field names are stable: a later version must read what this one
/// wrote.
///
/// @param cpu the processor that the snapshot needs, as [HostCpu] names it
/// @param recipe what the build was made from, as [TemplateBuilder#recipe] names it; empty in a
///   template that an Atoll without recipes built
/// @param files size and digest of each file, by its name
record TemplateDescription(
    TemplateInfo info,
    String snapshotFormat,
    String cpu,
    String kernelVersion,
    String kernelArguments,
    String recipe,
    Map<String, Content> files) {
  private static final int VERSION = 1;
  private static final int LARGEST = 1 << 16;

  record Content(long bytes, String digest) {}

  TemplateDescription {
    files = Map.copyOf(files);
  }

  void write(Path file) throws IOException {
    var contents = new LinkedHashMap<String, Json>();
    files.forEach((name, content) ->
        contents.put(name, Json.object("bytes", content.bytes, "digest", content.digest)));
    Json.Obj json =
        Json.object(
            "version", VERSION,
            "id", info.id(),
            "names", info.names(),
            "buildId", info.buildId().toString(),
            "cpuCount", info.cpuCount(),
            "memoryMib", info.memoryMib(),
            "diskMib", info.diskMib(),
            "agentVersion", info.agentVersion(),
            "vmm", info.vmm(),
            "createdAt", info.createdAt().toString(),
            "snapshotFormat", snapshotFormat,
            "cpu", cpu,
            "kernelVersion", kernelVersion,
            "kernelArguments", kernelArguments,
            "recipe", recipe,
            "files", contents);
    Files.writeString(file, JsonWriter.pretty(json) + "\n");
  }

  static TemplateDescription read(Path file) throws IOException {
    if (Files.size(file) > LARGEST) throw new IOException(file + " is too large");
    try {
      Json.Obj json =
          JsonReader.readObject(Files.readString(file).getBytes(StandardCharsets.UTF_8));
      if (number(json, "version") != VERSION)
        throw new IOException(file + " is of another version");
      return of(json);
    } catch (JsonException | DateTimeException | IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static TemplateDescription of(Json.Obj json) throws IOException {
    var info =
        new TemplateInfo(
            text(json, "id"),
            names(json),
            UUID.fromString(text(json, "buildId")),
            (int) number(json, "cpuCount"),
            number(json, "memoryMib"),
            number(json, "diskMib"),
            text(json, "agentVersion"),
            text(json, "vmm"),
            Instant.parse(text(json, "createdAt")));
    return new TemplateDescription(
        info,
        text(json, "snapshotFormat"),
        text(json, "cpu"),
        text(json, "kernelVersion"),
        text(json, "kernelArguments"),
        json.text("recipe").orElse(""),
        contents(json.object("files")));
  }

  private static List<String> names(Json.Obj json) throws IOException {
    List<String> names =
        json.items("names").stream()
            .map(name -> name instanceof Json.Text(String s) ? s : "")
            .toList();
    for (String name : names)
      if (!TemplateSpec.isName(name)) throw new IOException("a template's name is invalid");
    return names;
  }

  private static Map<String, Content> contents(Json.Obj files) throws IOException {
    var contents = new LinkedHashMap<String, Content>();
    for (String name : TemplateFiles.NAMES) {
      Json.Obj content = files.object(name);
      contents.put(name, new Content(number(content, "bytes"), text(content, "digest")));
    }
    return contents;
  }

  private static String text(Json.Obj json, String name) throws IOException {
    return json.text(name).orElseThrow(() -> new IOException("member " + name + " is missing"));
  }

  private static long number(Json.Obj json, String name) throws IOException {
    return json.whole(name).orElseThrow(() -> new IOException("member " + name + " is missing"));
  }
}
