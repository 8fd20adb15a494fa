package atoll.agent.files;

import atoll.agent.guest.Metadata;
import atoll.agent.http.GunzipInput;
import atoll.agent.http.Request;
import atoll.agent.http.Response;
import atoll.core.json.Json;
import atoll.protocol.http.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// POST `/files`: one raw body, or a form with several files.
final class Upload {
  private static final String FIELD = "file";

  private final FileRequest asked;
  private final Request request;
  private final FileSink sink;
  private final Set<String> written = new LinkedHashSet<>();

  private Upload(FileRequest asked, Request request) throws UploadException {
    this.asked = asked;
    this.request = request;
    this.sink = new FileSink(asked.user(), MetadataHeaders.read(request));
  }

  static void serve(FileRequest asked, Request request, Response response) throws IOException {
    try {
      var upload = new Upload(asked, request);
      upload.store();
      response.send(200, "application/json", upload.answer());
    } catch (UploadException e) {
      response.error(e.status(), e.getMessage());
    }
  }

  private void store() throws UploadException, IOException {
    String type = request.mediaType();
    boolean form = type.startsWith("multipart/");
    if (!form && !type.equals("application/octet-stream"))
      throw new UploadException(400, "unsupported content type '" + type + "'");
    try (InputStream content = body()) {
      if (form) form(content);
      else raw(content);
    }
  }

  private InputStream body() throws UploadException {
    String encoding = request.header("Content-Encoding");
    String name =
        encoding == null ? "" : encoding.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (name.isEmpty() || name.equals("identity")) return request.body();
    if (!name.equals("gzip"))
      throw new UploadException(400, "unsupported Content-Encoding: " + encoding);
    try {
      return new GunzipInput(request.body());
    } catch (IOException e) {
      throw new UploadException(400, "failed to create gzip reader: " + e.getMessage());
    }
  }

  private void raw(InputStream content) throws UploadException {
    if (asked.path() == null)
      throw new UploadException(400, "path is required for octet-stream uploads");
    store(resolve(asked.path()), content);
  }

  private String resolve(String path) throws UploadException {
    try {
      return asked.resolve(path);
    } catch (IllegalArgumentException e) {
      throw new UploadException(400, e.getMessage());
    }
  }

  private void store(String path, InputStream content) throws UploadException {
    if (!written.add(path)) {
      throw new UploadException(
          400,
          "you cannot upload multiple files to the same path '" + path + "' in one upload request");
    }
    sink.write(path, content);
  }

  private void form(InputStream content) throws UploadException {
    String boundary = boundary(request.header("Content-Type"));
    if (boundary == null)
      throw new UploadException(
          500, "error parsing multipart form: no multipart boundary param in Content-Type");
    var reader = new MultipartReader(content, boundary);
    try {
      for (HttpHeaders head = reader.next(); head != null; head = reader.next()) {
        FormPart part = FormPart.of(head.first("Content-Disposition"));
        if (FIELD.equals(part.name())) store(target(part), reader.body());
      }
    } catch (IOException e) {
      throw new UploadException(500, "error reading multipart form: " + e.getMessage());
    }
  }

  private String target(FormPart part) throws UploadException {
    if (asked.path() != null && !asked.path().isEmpty()) return resolve(asked.path());
    if (part.filename() == null)
      throw new UploadException(400, "multipart upload without a path or a filename");
    return resolve(part.filename());
  }

  private static String boundary(String type) {
    for (String parameter : type.split(";")) {
      String text = parameter.strip();
      if (!text.regionMatches(true, 0, "boundary=", 0, 9)) continue;
      String value = text.substring(9).strip();
      boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
      String boundary = quoted ? value.substring(1, value.length() - 1) : value;
      return boundary.isEmpty() || boundary.length() > 70 ? null : boundary;
    }
    return null;
  }

  private String answer() {
    var files = new ArrayList<Json>();
    for (String path : written) files.add(entry(path));
    return Json.of(List.copyOf(files)).toString();
  }

  static Json entry(String path) {
    Map<String, String> metadata = Metadata.read(path);
    String name = path.substring(path.lastIndexOf('/') + 1);
    return Json.object(
        "path",
        path,
        "name",
        name,
        "type",
        "file",
        "metadata",
        metadata.isEmpty() ? null : metadata);
  }
}
