package atoll.agent;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("real")
class WatchTest {
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

  private RunningAgent.Stream watch(Object... more) throws Exception {
    Object[] all = java.util.Arrays.copyOf(more, more.length + 2);
    all[more.length] = "path";
    all[more.length + 1] = folder.toString();
    var stream = agent.stream("filesystem.Filesystem/WatchDir", Json.object(all));
    assertThat(stream.next().toString()).isEqualTo("{\"start\":{}}");
    return stream;
  }

  private static String words(Json.Obj event) {
    return event.text("type").orElseThrow().substring(11) + " " + event.text("name").orElseThrow();
  }

  /// Events up to the first that reads as `last`. The kernel may merge equal ones that follow each
  /// other: so do we.
  private static List<String> until(RunningAgent.Stream stream, String last) throws Exception {
    var seen = new ArrayList<String>();
    while (!seen.contains(last)) {
      String event = words(stream.next().object("filesystem"));
      if (seen.isEmpty() || !seen.getLast().equals(event)) seen.add(event);
    }
    return seen;
  }

  @Test
  void tellsEachKindInOrder() throws Exception {
    try (var stream = watch()) {
      Path file = Files.createFile(folder.resolve("a"));
      Files.writeString(file, "x");
      Files.setAttribute(file, "unix:mode", 0600);
      Files.move(file, folder.resolve("b"));
      Files.delete(folder.resolve("b"));
      Files.delete(folder);
      assertThat(until(stream, "REMOVE ."))
          .containsExactly(
              "CREATE a", "WRITE a", "CHMOD a", "RENAME a", "CREATE b", "REMOVE b", "REMOVE .");
    }
  }

  @Test
  void quickNestedDirectoriesAreAllSeen() throws Exception {
    try (var stream = watch("recursive", true)) {
      Files.createDirectories(folder.resolve("a/b/c/d"));
      Files.writeString(folder.resolve("a/b/c/d/file"), "");
      var seen = until(stream, "CREATE a/b/c/d/file");
      assertThat(seen)
          .contains("CREATE a", "CREATE a/b", "CREATE a/b/c", "CREATE a/b/c/d")
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void aDirectoryThatMovesKeepsBeingWatched() throws Exception {
    Files.createDirectories(folder.resolve("a/deep"));
    try (var stream = watch("recursive", true)) {
      for (int i = 0; i < 50; i++) {
        Path from = folder.resolve(i == 0 ? "a" : "m" + (i - 1));
        Files.move(from, folder.resolve("m" + i));
        Files.createFile(folder.resolve("m" + i + "/deep/f" + i));
      }
      var seen = until(stream, "CREATE m49/deep/f49");
      for (int i = 0; i < 50; i++) {
        int at = i;
        assertThat(seen).as("file " + i).anyMatch(e -> e.matches("CREATE m\\d+/deep/f" + at));
      }
    }
  }

  @Test
  void whatAWalkFoundIsToldAgainWhenItComesBack() throws Exception {
    try (var stream = watch("recursive", true)) {
      for (int i = 0; i < 20; i++) {
        Files.createDirectories(folder.resolve("a/b"));
        until(stream, "CREATE a/b");
        Files.delete(folder.resolve("a/b"));
        Files.createDirectory(folder.resolve("a/b"));
        until(stream, "CREATE a/b");
        Files.delete(folder.resolve("a/b"));
        Files.delete(folder.resolve("a"));
        until(stream, "REMOVE a");
      }
    }
  }

  @Test
  void manyQuickTreesAreSeenInFull() throws Exception {
    try (var stream = watch("recursive", true)) {
      for (int i = 0; i < 100; i++) {
        Files.createDirectories(folder.resolve(i + "/x/y"));
        Files.createFile(folder.resolve(i + "/x/y/z"));
      }
      var seen = until(stream, "CREATE 99/x/y/z");
      for (int i = 0; i < 100; i++)
        assertThat(seen)
            .contains(
                "CREATE " + i,
                "CREATE " + i + "/x",
                "CREATE " + i + "/x/y",
                "CREATE " + i + "/x/y/z");
      assertThat(seen.stream().filter(e -> e.startsWith("CREATE"))).doesNotHaveDuplicates();
    }
  }

  @Test
  void aFullQueueIsToldNotHidden() throws Exception {
    int queue =
        Integer.parseInt(
            Files.readString(Path.of("/proc/sys/fs/inotify/max_queued_events")).strip());
    org.junit.jupiter.api.Assumptions.assumeTrue(queue <= 100_000, "a queue too long to fill");
    try (var stream = watch()) {
      // Unread answers stop the agent's thread; then the kernel's queue fills.
      Path file = folder.resolve("f".repeat(200));
      for (int i = 0; i < (queue + 60_000) / 2; i++) {
        Files.createFile(file);
        Files.delete(file);
      }
      Json.Obj last = null;
      for (Json.Obj m = stream.next(); m != null; m = stream.next()) last = m;
      assertThat(last.object("error").text("code")).contains("internal");
      assertThat(last.object("error").text("message").orElseThrow()).contains("overflow");
    }
  }

  @Test
  void entriesComeWithEventsIfAskedFor() throws Exception {
    try (var stream = watch("include_entry", true)) {
      Files.createDirectory(folder.resolve("d"));
      var event = stream.next().object("filesystem");
      assertThat(event.object("entry").text("type")).contains("FILE_TYPE_DIRECTORY");
      Files.delete(folder.resolve("d"));
      assertThat(stream.next().object("filesystem").get("entry")).isEmpty();
    }
  }

  @Test
  void refusesWhatCannotBeWatched() throws Exception {
    Files.createFile(folder.resolve("file"));
    Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
    String[][] wrong = {
      {"/none", "not_found"},
      {"/file", "invalid_argument"},
      {"/file/x", "internal"},
      {"/loop", "internal"}
    };
    for (String[] each : wrong) {
      var stream =
          agent.stream("filesystem.Filesystem/WatchDir", Json.object("path", folder + each[0]));
      assertThat(stream.next().object("error").text("code")).contains(each[1]);
      stream.close();
    }
  }

  /// Long before the next keepalive, which would find it out as well.
  @Test
  @Timeout(20)
  void aClientThatLeftKeepsNoQueue() throws Exception {
    long before = queues();
    try (var staying = watch()) {
      try (var leaving = watch()) {
        assertThat(queues()).isEqualTo(before + 2);
        assertThat(leaving.reply().headers().first("Connection")).isEqualTo("close");
      }
      while (queues() > before + 1) Thread.onSpinWait();
      Files.createFile(folder.resolve("a"));
      assertThat(until(staying, "CREATE a")).containsExactly("CREATE a");
    }
    while (queues() > before) Thread.onSpinWait();
  }

  /// The inotify instances of this program.
  private static long queues() throws IOException {
    long count = 0;
    for (String fd : Path.of("/proc/self/fd").toFile().list()) {
      try {
        Path link = Files.readSymbolicLink(Path.of("/proc/self/fd", fd));
        if (link.toString().equals("anon_inode:inotify")) count++;
      } catch (NoSuchFileException closed) {
        continue;
      }
    }
    return count;
  }

  @Test
  void polledWatchersKeepTheirEvents() throws Exception {
    var created =
        agent.call("filesystem.Filesystem/CreateWatcher", Json.object("path", folder.toString()));
    String id = created.json().text("watcherId").orElseThrow();
    assertThat(id).matches("w[a-z0-9]{20}");
    Files.createFile(folder.resolve("x"));
    var names = new ArrayList<String>();
    long end = System.nanoTime() + 5_000_000_000L;
    while (names.isEmpty() && System.nanoTime() < end) {
      var events =
          agent.call("filesystem.Filesystem/GetWatcherEvents", Json.object("watcherId", id)).json();
      events.items("events").forEach(e -> names.add(words((Json.Obj) e)));
    }
    assertThat(names).contains("CREATE x");
    assertThat(
            agent.call("filesystem.Filesystem/RemoveWatcher", Json.object("watcherId", id)).text())
        .isEqualTo("{}");
    assertThat(
            agent
                .call("filesystem.Filesystem/GetWatcherEvents", Json.object("watcher_id", id))
                .status())
        .isEqualTo(404);
  }
}
