package atoll.agent;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.json.Json;
import atoll.linux.kernel.Fifo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("real")
class FilesystemTest {
  @TempDir Path folder;
  private RunningAgent agent;

  @BeforeEach
  void start() throws Exception {
    agent = new RunningAgent();
  }

  @AfterEach
  void stop() throws Exception {
    agent.close();
  }

  private RunningAgent.Answer call(String method, Object... fields) throws Exception {
    return agent.call("filesystem.Filesystem/" + method, Json.object(fields));
  }

  private Json.Obj stat(String name) throws Exception {
    return call("Stat", "path", folder.resolve(name).toString()).json().object("entry");
  }

  private List<String> list(long depth) throws Exception {
    return call("ListDir", "path", folder.toString(), "depth", depth)
        .json()
        .items("entries")
        .stream()
        .map(e ->
            ((Json.Obj) e).text("path").orElseThrow().substring(folder.toString().length() + 1))
        .toList();
  }

  /// Opening the pipe as a folder would wait for somebody who writes into it.
  @Test
  @Timeout(20)
  void belowAPipeNothingIsRemoved() throws Exception {
    Fifo.create(folder.resolve("pipe")).close();
    var answer = call("Remove", "path", folder.resolve("pipe/x").toString());
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.json().text("message"))
        .contains("error removing file or directory: not a directory");
    assertThat(call("Remove", "path", folder.resolve("pipe").toString()).status()).isEqualTo(200);
  }

  @Test
  void statTellsWhatThereIs() throws Exception {
    Files.writeString(folder.resolve("f"), "12345");
    Files.createSymbolicLink(folder.resolve("to-f"), Path.of("f"));
    Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nowhere"));
    var file = stat("f");
    assertThat(file.text("type")).contains("FILE_TYPE_FILE");
    assertThat(file.text("size")).contains("5");
    assertThat(file.whole("mode")).contains(0644L);
    assertThat(file.text("permissions")).contains("-rw-r--r--");
    assertThat(file.text("owner")).contains("root");
    assertThat(file.text("modifiedTime").orElseThrow()).endsWith("Z");
    assertThat(file.get("symlinkTarget")).isEmpty();
    var link = stat("to-f");
    assertThat(link.text("type")).contains("FILE_TYPE_FILE");
    assertThat(link.text("permissions")).contains("Lrwxrwxrwx");
    assertThat(link.text("symlinkTarget")).contains(folder.toRealPath().resolve("f").toString());
    var dangling = stat("dangling");
    assertThat(dangling.get("type")).isEmpty();
    assertThat(dangling.text("symlinkTarget")).contains(folder.resolve("dangling").toString());
    assertThat(call("Stat", "path", "/tmp").json().object("entry").text("permissions"))
        .contains("dtrwxrwxrwx");
    assertThat(call("Stat", "path", folder + "/none").status()).isEqualTo(404);
    assertThat(call("Stat", "path", folder + "/f/below").status()).isEqualTo(500);
    assertThat(call("Stat", "path", "~other").status()).isEqualTo(400);
    assertThat(call("Stat", "path", "/").json().object("entry").text("name")).contains("/");
  }

  @Test
  void listsInOrderToADepth() throws Exception {
    Files.createDirectories(folder.resolve("b/c/d"));
    Files.writeString(folder.resolve("a"), "");
    Files.writeString(folder.resolve("b/x"), "");
    Files.createSymbolicLink(folder.resolve("z"), Path.of("b"));
    assertThat(list(0)).containsExactly("a", "b", "z");
    assertThat(list(2)).containsExactly("a", "b", "b/c", "b/x", "z");
    assertThat(list(3)).containsExactly("a", "b", "b/c", "b/c/d", "b/x", "z");
    assertThat(call("ListDir", "path", folder + "/z").text()).contains(folder + "/z/c");
    assertThat(call("ListDir", "path", folder + "/none").json().text("code")).contains("not_found");
    assertThat(call("ListDir", "path", folder + "/a").json().text("code"))
        .contains("invalid_argument");
    assertThat(call("ListDir", "path", folder + "/b/c/d").text()).isEqualTo("{}");
    Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
    assertThat(call("ListDir", "path", folder + "/loop").json().text("code"))
        .contains("failed_precondition");
  }

  @Test
  void makesMovesAndRemoves() throws Exception {
    assertThat(call("MakeDir", "path", folder + "/x/y").json().object("entry").text("type"))
        .contains("FILE_TYPE_DIRECTORY");
    assertThat(call("MakeDir", "path", folder + "/x/y").json().text("code"))
        .contains("already_exists");
    Files.writeString(folder.resolve("f"), "moved");
    assertThat(call("MakeDir", "path", folder + "/f").json().text("code"))
        .contains("invalid_argument");
    assertThat(call("MakeDir", "path", folder + "/f/g").json().text("code")).contains("internal");
    var moved = call("Move", "source", folder + "/f", "destination", folder + "/new/g");
    assertThat(moved.json().object("entry").text("path")).contains(folder + "/new/g");
    assertThat(Files.readString(folder.resolve("new/g"))).isEqualTo("moved");
    assertThat(call("Move", "source", folder + "/f", "destination", folder + "/h").status())
        .isEqualTo(404);
    assertThat(
            call("Move", "source", folder + "/new", "destination", folder + "/x")
                .json()
                .text("code"))
        .contains("internal");
    assertThat(call("Remove", "path", folder + "/x").text()).isEqualTo("{}");
    assertThat(folder.resolve("x")).doesNotExist();
    assertThat(call("Remove", "path", folder + "/x").text()).isEqualTo("{}");
    assertThat(call("Remove", "path", folder + "/new/g/below").json().text("code"))
        .contains("internal");
    Files.createSymbolicLink(folder.resolve("l"), folder.resolve("new"));
    call("Remove", "path", folder + "/l");
    assertThat(folder.resolve("new/g")).exists();
  }

  @Test
  void tenThousandEntries() throws Exception {
    for (int i = 0; i < 10_000; i++) Files.createFile(folder.resolve("f" + i));
    assertThat(list(1)).hasSize(10_000);
  }

  @Test
  void removingNeverFollowsALinkThatWasSwappedIn() throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    for (int i = 0; i < 50; i++) Files.createFile(outside.resolve("keep" + i));
    Path tree = folder.resolve("tree");
    for (int round = 0; round < 30; round++) {
      Path victim = Files.createDirectories(tree.resolve("victim"));
      for (int i = 0; i < 50; i++) Files.createFile(victim.resolve("keep" + i));
      Thread swapper = Thread.ofPlatform().start(() -> swap(victim, outside));
      call("Remove", "path", tree.toString());
      swapper.join();
      call("Remove", "path", tree.toString());
      call("Remove", "path", folder + "/aside");
      assertThat(outside.toFile().list()).hasSize(50);
    }
  }

  private void swap(Path victim, Path outside) {
    try {
      Files.move(victim, folder.resolve("aside"));
      Files.createSymbolicLink(victim, outside);
    } catch (java.io.IOException removedAlready) {
      assertThat(removedAlready).isNotNull();
    }
  }

  @Test
  void whatIsAboveAPathIsNotRemovedThroughIt() throws Exception {
    Files.createDirectories(folder.resolve("a/b"));
    for (String path : new String[] {"/a/b/..", "/a/.", "/a/b/../"})
      assertThat(call("Remove", "path", folder + path).status()).as(path).isEqualTo(500);
    assertThat(folder.resolve("a/b")).isDirectory();
    assertThat(call("Remove", "path", "/").status()).isEqualTo(500);
  }

  @Test
  void namesThatAreNoTextAreShownAsWellAsCanBe() throws Exception {
    var sh = new ProcessBuilder("/bin/sh", "-c", "touch \"$(printf 'bad\\377name')\"");
    assertThat(sh.directory(folder.toFile()).start().waitFor()).isZero();
    var listed = call("ListDir", "path", folder.toString());
    assertThat(listed.status()).isEqualTo(200);
    assertThat(((Json.Obj) listed.json().items("entries").getFirst()).text("name"))
        .contains("bad\ufffdname");
  }

  @Test
  void aTreeAsDeepAsPathsGo() throws Exception {
    String deep = "d/".repeat(300);
    Files.createDirectories(folder.resolve("t/" + deep));
    assertThat(call("ListDir", "path", folder + "/t", "depth", 1000).json().items("entries"))
        .hasSize(300);
    assertThat(call("Remove", "path", folder + "/t").text()).isEqualTo("{}");
    assertThat(folder.resolve("t")).doesNotExist();
  }
}
