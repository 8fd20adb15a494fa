package atoll.agent;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("real")
class FilesTest {
  private static final String[] OCTETS = {"Content-Type", "application/octet-stream"};
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

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String url(String name) {
    return "/files?path="
        + URLEncoder.encode(folder.resolve(name).toString(), StandardCharsets.UTF_8);
  }

  /// Who watches the folder is told of one change of the owner, not of each half.
  @Test
  void overwritingChangesTheOwnerInOneStep() throws Exception {
    Files.writeString(folder.resolve("old"), "x");
    var watcher =
        agent.call("filesystem.Filesystem/CreateWatcher", Json.object("path", folder.toString()));
    String id = watcher.json().text("watcherId").orElseThrow();
    agent.send("POST", url("old") + "&username=nobody", utf8("new"), OCTETS);
    var types = new ArrayList<String>();
    while (!types.contains("EVENT_TYPE_WRITE")) {
      var events =
          agent.call("filesystem.Filesystem/GetWatcherEvents", Json.object("watcherId", id)).json();
      for (Json event : events.items("events"))
        types.add(((Json.Obj) event).text("type").orElseThrow());
    }
    assertThat(types).startsWith("EVENT_TYPE_CHMOD", "EVENT_TYPE_WRITE");
    assertThat(Files.getAttribute(folder.resolve("old"), "unix:uid"))
        .isEqualTo(Files.getAttribute(folder.resolve("old"), "unix:gid"));
  }

  @Test
  void bytesComeBackAsTheyWere() throws Exception {
    byte[] bytes = new byte[1 << 20];
    new Random(7).nextBytes(bytes);
    for (String name :
        new String[] {"plain", "ü b#?%&.bin", "-dash", "a/b/c/deep", "n".repeat(255)}) {
      var up = agent.send("POST", url(name), bytes, OCTETS);
      assertThat(up.status()).as(up.text()).isEqualTo(200);
      String path = folder.resolve(name).toString();
      assertThat(up.text()).contains("\"path\":\"" + path + "\"", "\"type\":\"file\"");
      var down = agent.get(url(name));
      assertThat(down.bytes()).isEqualTo(bytes);
      assertThat(down.headers().first("Vary")).isEqualTo("Accept-Encoding");
    }
    assertThat(Files.getAttribute(folder.resolve("a/b"), "unix:mode")).isEqualTo(040755);
  }

  @Test
  void anEmptyFileHasLengthZero() throws Exception {
    assertThat(agent.send("POST", url("empty"), new byte[0], OCTETS).status()).isEqualTo(200);
    assertThat(agent.get(url("empty")).headers().first("Content-Length")).isEqualTo("0");
  }

  @Test
  void errorsAreTold() throws Exception {
    assertThat(agent.get(url("missing")).json().text("message"))
        .contains("path '" + folder.resolve("missing") + "' does not exist");
    assertThat(agent.get(url("missing")).status()).isEqualTo(404);
    assertThat(agent.get(url("")).status()).isEqualTo(400);
    assertThat(agent.get(url("x") + "&username=nosuch").status()).isEqualTo(401);
    assertThat(agent.get("/files?path=~other").status()).isEqualTo(400);
    assertThat(agent.get(url("x") + "&signature_expiration=soon").headers().first("Content-Type"))
        .startsWith("text/plain");
    assertThat(agent.send("POST", url("t"), utf8("x"), "Content-Type", "text/plain").status())
        .isEqualTo(400);
    assertThat(agent.send("POST", url(""), utf8("x"), OCTETS).status()).isEqualTo(400);
    assertThat(agent.send("POST", "/files", utf8("x"), OCTETS).status()).isEqualTo(400);
    Files.writeString(folder.resolve("file"), "x");
    assertThat(agent.send("POST", url("file/below"), utf8("x"), OCTETS).status()).isEqualTo(500);
  }

  @Test
  void overwritingKeepsModeAndFollowsLinks() throws Exception {
    Path file = Files.writeString(folder.resolve("script"), "old content");
    Files.setAttribute(file, "unix:mode", 0750);
    Files.createSymbolicLink(folder.resolve("link"), file);
    assertThat(agent.send("POST", url("link") + "&username=nobody", utf8("new"), OCTETS).status())
        .isEqualTo(200);
    assertThat(Files.readString(file)).isEqualTo("new");
    assertThat(Files.getAttribute(file, "unix:mode")).isEqualTo(0100750);
    assertThat(Files.getOwner(file).getName()).isEqualTo("nobody");
  }

  @Test
  void formsStoreEachFilePart() throws Exception {
    String form =
        "preamble\r\n--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
            + folder
            + "/m/one.txt\"\r\n\r\nfirst\r\n"
            + "--B\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nignored\r\n"
            + "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
            + folder
            + "/m/zwei ü\"\r\n\r\n\r\n--not\r\n--B--\r\n";
    var answer =
        agent.send("POST", "/files", utf8(form), "Content-Type", "multipart/form-data; boundary=B");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(Files.readString(folder.resolve("m/one.txt"))).isEqualTo("first");
    assertThat(Files.readString(folder.resolve("m/zwei ü"))).isEqualTo("\r\n--not");
    var twice =
        agent.send(
            "POST", url("same"), utf8(form), "Content-Type", "multipart/form-data; boundary=B");
    assertThat(twice.status()).isEqualTo(400);
    assertThat(
            agent
                .send(
                    "POST",
                    "/files",
                    utf8("--B--\r\n"),
                    "Content-Type",
                    "multipart/form-data; boundary=B")
                .text())
        .isEqualTo("[]");
    assertThat(
            agent
                .send(
                    "POST",
                    "/files",
                    utf8("--X"),
                    "Content-Type",
                    "multipart/form-data; boundary=B")
                .status())
        .isEqualTo(500);
    assertThat(
            agent.send("POST", "/files", utf8("x"), "Content-Type", "multipart/form-data").status())
        .isEqualTo(500);
  }

  @Test
  void bigFormPartsSurviveEveryBufferEdge() throws Exception {
    byte[] content = new byte[300_001];
    new Random(3).nextBytes(content);
    System.arraycopy(utf8("\r\n--B\r\r\n--"), 0, content, 65_530, 10);
    var body = new ByteArrayOutputStream();
    body.write(
        utf8("--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n"));
    content[65_535] = 'x';
    body.write(content);
    body.write(utf8("\r\n--B--\r\n"));
    assertThat(
            agent
                .send(
                    "POST",
                    url("big"),
                    body.toByteArray(),
                    "Content-Type",
                    "multipart/form-data; boundary=\"B\"")
                .status())
        .isEqualTo(200);
    assertThat(Files.readAllBytes(folder.resolve("big"))).isEqualTo(content);
  }

  @Test
  void gzipBothWays() throws Exception {
    byte[] text = utf8("squeeze me ".repeat(10_000));
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(text);
    }
    assertThat(
            agent
                .send(
                    "POST",
                    url("z"),
                    packed.toByteArray(),
                    "Content-Type",
                    "application/octet-stream",
                    "Content-Encoding",
                    "gzip")
                .status())
        .isEqualTo(200);
    assertThat(agent.get(url("z")).bytes()).isEqualTo(text);
    var down = agent.get(url("z"), "Accept-Encoding", "gzip, deflate");
    assertThat(down.headers().first("Content-Encoding")).isEqualTo("gzip");
    assertThat(new GZIPInputStream(new ByteArrayInputStream(down.bytes())).readAllBytes())
        .isEqualTo(text);
    assertThat(agent.get(url("z"), "Accept-Encoding", "*").headers().first("Content-Encoding"))
        .isNull();
    assertThat(agent.get(url("z"), "Accept-Encoding", "br, identity;q=0").status()).isEqualTo(406);
    assertThat(
            agent
                .send(
                    "POST",
                    url("z"),
                    text,
                    "Content-Type",
                    "application/octet-stream",
                    "Content-Encoding",
                    "br")
                .status())
        .isEqualTo(400);
    assertThat(
            agent
                .send(
                    "POST",
                    url("z"),
                    text,
                    "Content-Type",
                    "application/octet-stream",
                    "Content-Encoding",
                    "gzip")
                .status())
        .isEqualTo(400);
  }

  @Test
  void rangesAndConditions() throws Exception {
    Files.writeString(folder.resolve("r.txt"), "0123456789");
    var part = agent.get(url("r.txt"), "Range", "bytes=2-4");
    assertThat(part.status() + part.text() + part.headers().first("Content-Range"))
        .isEqualTo("206234bytes 2-4/10");
    assertThat(agent.get(url("r.txt"), "Range", "bytes=-3").text()).isEqualTo("789");
    assertThat(agent.get(url("r.txt"), "Range", "bytes=8-").text()).isEqualTo("89");
    var outside = agent.get(url("r.txt"), "Range", "bytes=10-");
    assertThat(outside.status() + outside.headers().first("Content-Range"))
        .isEqualTo("416bytes */10");
    assertThat(agent.get(url("r.txt"), "Range", "bytes=4-2").status()).isEqualTo(416);
    assertThat(agent.get(url("r.txt"), "Range", "bytes=").text()).isEqualTo("0123456789");
    var several = agent.get(url("r.txt"), "Range", "bytes=0-0,9-9");
    assertThat(several.headers().first("Content-Type"))
        .startsWith("multipart/byteranges; boundary=");
    String date = part.headers().first("Last-Modified");
    assertThat(agent.get(url("r.txt"), "If-Modified-Since", date).status()).isEqualTo(304);
    assertThat(agent.get(url("r.txt"), "Range", "bytes=1-1", "If-Range", date).text())
        .isEqualTo("1");
    assertThat(agent.get(url("r.txt"), "Range", "bytes=1-1", "If-Range", "\"tag\"").text())
        .isEqualTo("0123456789");
  }

  @Test
  void metadataIsReplacedAsAWhole() throws Exception {
    String[] set = {
      "Content-Type", "application/octet-stream", "X-Metadata-Author", "me", "X-Metadata-Tag", "1"
    };
    assertThat(agent.send("POST", url("m"), utf8("x"), set).text())
        .contains("\"metadata\":{\"author\":\"me\",\"tag\":\"1\"}");
    assertThat(
            agent
                .send(
                    "POST",
                    url("m"),
                    utf8("x"),
                    "Content-Type",
                    "application/octet-stream",
                    "X-Metadata-Tag",
                    "2")
                .text())
        .contains("\"metadata\":{\"tag\":\"2\"}");
    assertThat(agent.send("POST", url("m"), utf8("x"), OCTETS).text()).doesNotContain("metadata");
    String key = "X-Metadata-" + "k".repeat(247);
    assertThat(
            agent
                .send(
                    "POST",
                    url("m"),
                    utf8("x"),
                    "Content-Type",
                    "application/octet-stream",
                    key,
                    "v")
                .status())
        .isEqualTo(400);
  }

  @Test
  void signaturesOpenOneFileForOneOperation() throws Exception {
    String token = "a".repeat(64);
    agent.send("POST", "/init", utf8("{\"accessToken\":\"" + token + "\"}"));
    assertThat(agent.get(url("s")).status()).isEqualTo(401);
    String signature =
        URLEncoder.encode(
            Vectors.signature(folder + "/s", "write", "root", token), StandardCharsets.UTF_8);
    String target = url("s") + "&username=root&signature=" + signature;
    assertThat(agent.send("POST", target, utf8("x"), OCTETS).status()).isEqualTo(200);
    assertThat(agent.get(target).status()).isEqualTo(401);
    assertThat(
            agent
                .send("POST", target + "&signature_expiration=9999999999", utf8("x"), OCTETS)
                .status())
        .isEqualTo(401);
    assertThat(
            agent
                .send(
                    "POST",
                    target,
                    utf8("x"),
                    "Content-Type",
                    "application/octet-stream",
                    "X-Access-Token",
                    "no")
                .status())
        .isEqualTo(401);
    assertThat(agent.get(url("s"), "X-Access-Token", token).text()).isEqualTo("x");
  }

  @Test
  void composeJoinsInOrder() throws Exception {
    Files.writeString(folder.resolve("1"), "one ");
    Files.writeString(folder.resolve("2"), "two");
    String body =
        "{\"source_paths\":[\""
            + folder
            + "/1\",\""
            + folder
            + "/2\"],\"destination\":\""
            + folder
            + "/out/all\"}";
    assertThat(agent.send("POST", "/files/compose", utf8(body)).status()).isEqualTo(200);
    assertThat(Files.readString(folder.resolve("out/all"))).isEqualTo("one two");
    assertThat(folder.resolve("1")).doesNotExist();
    assertThat(agent.send("POST", "/files/compose", utf8(body)).status()).isEqualTo(404);
    assertThat(agent.send("POST", "/files/compose", utf8("{}")).status()).isEqualTo(400);
  }

  @Test
  void kernelFilesCanBeRead() throws Exception {
    assertThat(agent.get("/files?path=/proc/version").text()).startsWith("Linux version");
  }

  private static byte[] members(String... contents) throws Exception {
    var out = new ByteArrayOutputStream();
    for (String content : contents) {
      try (var gzip = new GZIPOutputStream(out)) {
        gzip.write(utf8(content));
      }
    }
    return out.toByteArray();
  }

  @Test
  void membersOfACompressedUploadAreJoinedAndGarbageIsTold() throws Exception {
    String[] headers = {OCTETS[0], OCTETS[1], "Content-Encoding", "gzip"};
    assertThat(agent.send("POST", url("two"), members("ab", "cd"), headers).status())
        .isEqualTo(200);
    assertThat(folder.resolve("two")).hasContent("abcd");
    byte[] garbage = java.util.Arrays.copyOf(members("kept"), members("kept").length + 9);
    assertThat(agent.send("POST", url("torn"), garbage, headers).status()).isEqualTo(500);
    assertThat(folder.resolve("torn")).hasContent("kept");
    byte[] cut = java.util.Arrays.copyOf(members("x"), members("x").length - 3);
    assertThat(agent.send("POST", url("cut"), cut, headers).status()).isEqualTo(500);
    assertThat(agent.send("POST", url("none"), utf8("plain"), headers).status()).isEqualTo(400);
  }

  @Test
  void pipesAreNeitherReadNorWritten() throws Exception {
    String pipe = folder.resolve("pipe").toString();
    assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
    assertThat(agent.get(url("pipe")).status()).isEqualTo(400);
    assertThat(agent.send("POST", url("pipe"), utf8("x"), OCTETS).status()).isEqualTo(400);
  }

  @Test
  void severalRangesOfALargeFile() throws Exception {
    byte[] bytes = new byte[3 << 20];
    new Random(3).nextBytes(bytes);
    Files.write(folder.resolve("large"), bytes);
    var one = agent.get(url("large"), "Range", "bytes=1000000-2999999");
    assertThat(one.status()).isEqualTo(206);
    assertThat(one.bytes()).isEqualTo(java.util.Arrays.copyOfRange(bytes, 1_000_000, 3_000_000));
    var two = agent.get(url("large"), "Range", "bytes=0-9,-5");
    assertThat(two.headers().first("Content-Type")).startsWith("multipart/byteranges");
    String text = new String(two.bytes(), StandardCharsets.ISO_8859_1);
    assertThat(text)
        .contains(new String(bytes, 0, 10, StandardCharsets.ISO_8859_1))
        .contains(new String(bytes, bytes.length - 5, 5, StandardCharsets.ISO_8859_1));
  }
}
