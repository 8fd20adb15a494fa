package atoll.agent.files;

import atoll.agent.guest.PathKinds;
import atoll.agent.http.HttpDate;
import atoll.agent.http.Request;
import atoll.agent.http.Response;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// GET `/files`: one file, whole, in parts or compressed.
final class Download {
  private static final int BUFFER = 64 * 1024;
  private static final int SNIFF = 512;

  private final Request request;
  private final Response response;
  private final String path;

  private Download(Request request, Response response, String path) {
    this.request = request;
    this.response = response;
    this.path = path;
  }

  static void serve(FileRequest asked, Request request, Response response) throws IOException {
    String path;
    try {
      path = asked.resolve(asked.path());
    } catch (IllegalArgumentException e) {
      response.error(400, e.getMessage());
      return;
    }
    new Download(request, response, path).serve();
  }

  private void serve() throws IOException {
    BasicFileAttributes file;
    try {
      if (path.endsWith("/") && Files.isRegularFile(Path.of(path)))
        throw new FileSystemException(path, null, "not a directory");
      file = Files.readAttributes(Path.of(path), BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      boolean through = PathKinds.isBelowFile(Path.of(path));
      if (through)
        response.error(500, "error checking if path exists '" + path + "': not a directory");
      else response.error(404, "path '" + path + "' does not exist");
      return;
    } catch (IOException | InvalidPathException e) {
      response.error(500, "error checking if path exists '" + path + "': " + e.getMessage());
      return;
    }
    if (file.isDirectory()) {
      response.error(400, "path '" + path + "' is a directory");
      return;
    }
    if (Pipes.is(Path.of(path))) {
      response.error(400, "path '" + path + "' is a pipe");
      return;
    }
    Encoding encoding = Encoding.of(request);
    if (encoding == Encoding.NONE) {
      if (Encoding.partial(request)) response.vary("Accept-Encoding");
      response.error(406, "no acceptable encoding found, supported: identity, gzip");
      return;
    }
    open(file, encoding);
  }

  private void open(BasicFileAttributes file, Encoding encoding) throws IOException {
    FileInputStream in;
    try {
      in = new FileInputStream(path);
    } catch (IOException e) {
      response.error(500, "error opening file '" + path + "': " + e.getMessage());
      return;
    }
    try (in) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      response.vary("Accept-Encoding").header("Content-Disposition", Disposition.inline(name));
      if (encoding == Encoding.GZIP) gzip(in, name);
      else plain(in, name, file);
    }
  }

  private void gzip(FileInputStream in, String name) throws IOException {
    String type = ContentType.byName(name);
    response
        .header("Content-Encoding", "gzip")
        .header("Content-Type", type == null ? "application/octet-stream" : type);
    try (var out = new GZIPOutputStream(new LateBody(response), BUFFER)) {
      copy(in, out);
    }
  }

  private void plain(FileInputStream in, String name, BasicFileAttributes file) throws IOException {
    long modified = file.lastModifiedTime().toMillis() / 1000;
    if (!file.isRegularFile() || file.size() == 0) {
      special(in, name, file, modified);
      return;
    }
    response.header("Last-Modified", HttpDate.text(modified));
    int status = Conditions.status(request, modified);
    if (status != 200) {
      response.send(status);
      return;
    }
    response.header("Accept-Ranges", "bytes");
    List<ByteRange> ranges;
    try {
      ranges =
          Conditions.rangeApplies(request, modified)
              ? ByteRange.parse(request.header("Range"), file.size())
              : List.of();
    } catch (ByteRange.BadRangeException e) {
      if (e.outside()) response.header("Content-Range", "bytes */" + file.size());
      response.plain(416, e.getMessage());
      return;
    }
    send(in, type(in, name), file.size(), ranges);
  }

  private String type(FileInputStream in, String name) throws IOException {
    String type = ContentType.byName(name);
    if (type != null) return type;
    byte[] first = in.readNBytes(SNIFF);
    in.getChannel().position(0);
    return ContentType.sniff(first, first.length);
  }

  private void send(FileInputStream in, String type, long size, List<ByteRange> ranges)
      throws IOException {
    switch (ranges.size()) {
      case 0 -> {
        response.header("Content-Type", type).sized(200, size);
        response.transfer(in.getChannel(), 0, size);
      }
      case 1 -> {
        ByteRange range = ranges.getFirst();
        response.header("Content-Type", type).header("Content-Range", range.contentRange(size));
        response.sized(206, range.length());
        response.transfer(in.getChannel(), range.start(), range.length());
      }
      default -> MultipartRanges.send(in, response, type, size, ranges);
    }
  }

  /// A device, a pipe, or a file whose size says nothing, as below /proc: read to its end.
  private void special(FileInputStream in, String name, BasicFileAttributes file, long modified)
      throws IOException {
    String type = ContentType.byName(name);
    byte[] first = in.readNBytes(SNIFF);
    if (file.isRegularFile())
      response.header("Last-Modified", HttpDate.text(modified)).header("Accept-Ranges", "bytes");
    response.header("Content-Type", type == null ? ContentType.sniff(first, first.length) : type);
    if (first.length == 0) {
      response.send(200);
      return;
    }
    try (var out = new LateBody(response)) {
      out.write(first);
      copy(in, out);
    }
  }

  private static void copy(FileInputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer))
      out.write(buffer, 0, count);
  }
}
