package atoll.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Refusal;
import atoll.protocol.node.TemplateInfo;
import atoll.template.image.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateStoreTest {
  private static final String ID = "abcdefghij0123456789";
  private static final String FORMAT = "qemu-7.2/tcg";

  @TempDir Path directory;

  private TemplateStore open() throws IOException {
    return TemplateStore.open(directory, FORMAT, "cpu");
  }

  private static Path fill(Path folder, String id, String name, Instant created)
      throws IOException {
    var contents = new HashMap<String, TemplateDescription.Content>();
    for (String file : TemplateFiles.NAMES) {
      Path path = Files.writeString(folder.resolve(file), file);
      contents.put(file, new TemplateDescription.Content(Files.size(path), Digest.ofFile(path)));
    }
    var info =
        new TemplateInfo(
            id, List.of(name), new UUID(1, 2), 1, 512, 2048, "0.6.13", "qemu/tcg", created);
    new TemplateDescription(info, FORMAT, "cpu", "linux-6.1", "quiet", "recipe", contents)
        .write(folder.resolve("template.json"));
    return folder;
  }

  private static Template publish(TemplateStore store, String id, Instant created)
      throws IOException {
    return store.publish(id, fill(store.stage(id), id, "base", created));
  }

  @Test
  void findsByNameAndIdAfterAReopen() throws IOException {
    Template published = publish(open(), ID, Instant.EPOCH);
    TemplateStore again = open();
    assertThat(again.find("base")).contains(published);
    assertThat(again.find(ID)).contains(published);
    assertThat(published.disk()).hasContent("disk.raw");
    again.verify(published);
  }

  @Test
  void theNewestOfANameWins() throws IOException {
    TemplateStore store = open();
    publish(store, ID, Instant.EPOCH);
    String newer = "z".repeat(20);
    publish(store, newer, Instant.EPOCH.plusSeconds(1));
    assertThat(store.require("base").info().id()).isEqualTo(newer);
    assertThat(store.all()).hasSize(2);
  }

  @Test
  void anOlderOneOfANameIsNotOfferedAndGoesWhenNobodyRunsOnIt() throws IOException {
    TemplateStore store = open();
    publish(store, ID, Instant.EPOCH);
    Template newer = publish(store, "z".repeat(20), Instant.EPOCH.plusSeconds(1));
    assertThat(store.offered()).containsExactly(newer);
    assertThat(store.retire(Set.of(ID))).isEmpty();
    assertThat(store.find(ID)).isPresent();
    assertThat(store.retire(Set.of())).containsExactly(ID);
    assertThat(store.all()).containsExactly(newer);
    assertThat(directory).isDirectoryNotContaining("glob:**" + ID);
  }

  @Test
  void namesTheKnownOnesForAnUnknown() throws IOException {
    TemplateStore store = open();
    publish(store, ID, Instant.EPOCH);
    assertThatThrownBy(() -> store.require("../../etc"))
        .isInstanceOfSatisfying(Refusal.NotFound.class, e -> assertThat(e.hint()).contains("base"));
  }

  @Test
  void aBuildKilledInTheMiddleIsNoTemplate() throws IOException {
    TemplateStore store = open();
    Files.writeString(store.stage(ID).resolve("disk.raw"), "half");
    assertThat(open().all()).isEmpty();
    store.sweep();
    assertThat(directory.resolve(TemplateStore.STAGING + ID)).doesNotExist();
  }

  @Test
  void refusesAnotherMonitorsOrProcessorsSnapshot() throws IOException {
    publish(open(), ID, Instant.EPOCH);
    assertThatThrownBy(() -> TemplateStore.open(directory, "qemu-10.0/tcg", "cpu").require("base"))
        .hasMessageContaining("'qemu-7.2/tcg'")
        .hasMessageContaining("'qemu-10.0/tcg'");
    assertThatThrownBy(() -> TemplateStore.open(directory, FORMAT, "other").require(ID))
        .hasMessageContaining("'other'");
  }

  @Test
  void rejectsWhatItCannotRead() throws IOException {
    publish(open(), ID, Instant.EPOCH);
    for (String broken :
        List.of(
            "",
            "{",
            "[]",
            "{\"version\": 2}",
            "{\"version\": 1, \"id\": 7}",
            "x".repeat(100_000))) {
      Files.writeString(directory.resolve(ID).resolve("template.json"), broken);
      assertThat(open().all()).isEmpty();
      assertThat(open().rejected())
          .singleElement()
          .extracting(TemplateStore.Rejected::id)
          .isEqualTo(ID);
    }
  }

  @Test
  void noticesChangedFiles() throws IOException {
    Template template = publish(open(), ID, Instant.EPOCH);
    Files.writeString(template.memory(), "memorY");
    TemplateStore store = open();
    assertThatThrownBy(() -> store.verify(template)).hasMessageContaining("file memory");
    Files.writeString(template.memory(), "longer than it was");
    assertThat(open().rejected())
        .singleElement()
        .extracting(TemplateStore.Rejected::reason)
        .asString()
        .contains("memory");
    Files.delete(template.disk());
    assertThat(open().all()).isEmpty();
  }

  @Test
  void badNamesAreRefused() {
    for (String name : List.of("", "../x", "A", "-a", "a".repeat(64), "a b")) {
      assertThatThrownBy(() ->
              new TemplateSpec(List.of(name), 1, atoll.core.Bytes.mib(1), atoll.core.Bytes.mib(1)))
          .isInstanceOf(Refusal.Invalid.class);
    }
  }
}
