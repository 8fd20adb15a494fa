package atoll.agent.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The media type of a file: by its extension, as the guest's own table has it, else by its first
/// bytes.
final class ContentType {
  private static final Path GUEST_TABLE = Path.of("/etc/mime.types");
  private static final String BINARY = "application/octet-stream";

  private static final class Table {
    static final Map<String, String> BY_EXTENSION = read();
  }

  private ContentType() {}

  /// Null if the extension is unknown.
  static String byName(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0
        ? null
        : Table.BY_EXTENSION.get(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  private static Map<String, String> read() {
    var table = new HashMap<String, String>();
    builtIn(table);
    try {
      if (Files.exists(GUEST_TABLE)) {
        for (String line : Files.readString(GUEST_TABLE, StandardCharsets.ISO_8859_1).split("\n"))
          addLine(line, table);
      }
    } catch (IOException e) {
      System.getLogger(ContentType.class.getName())
          .log(System.Logger.Level.WARNING, "reading " + GUEST_TABLE, e);
    }
    return table;
  }

  private static void addLine(String line, Map<String, String> table) {
    String[] words = line.strip().split("\\s+");
    if (words.length < 2 || words[0].startsWith("#")) return;
    for (int i = 1; i < words.length && !words[i].startsWith("#"); i++)
      table.put(words[i], withCharset(words[0]));
  }

  private static String withCharset(String type) {
    return type.startsWith("text/") ? type + "; charset=utf-8" : type;
  }

  private static void builtIn(Map<String, String> table) {
    String[] pairs = {
      "avif",
      "image/avif",
      "css",
      "text/css",
      "gif",
      "image/gif",
      "htm",
      "text/html",
      "html",
      "text/html",
      "jpeg",
      "image/jpeg",
      "jpg",
      "image/jpeg",
      "js",
      "text/javascript",
      "json",
      "application/json",
      "mjs",
      "text/javascript",
      "pdf",
      "application/pdf",
      "png",
      "image/png",
      "svg",
      "image/svg+xml",
      "wasm",
      "application/wasm",
      "webp",
      "image/webp",
      "xml",
      "text/xml"
    };
    for (int i = 0; i < pairs.length; i += 2) table.put(pairs[i], withCharset(pairs[i + 1]));
  }

  /// By the first bytes, at most 512 of them.
  static String sniff(byte[] bytes, int count) {
    var text = new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
    if (text.startsWith("%PDF-")) return "application/pdf";
    if (text.startsWith("\u0089PNG\r\n\u001a\n")) return "image/png";
    if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) return "image/gif";
    if (text.startsWith("\u00ff\u00d8\u00ff")) return "image/jpeg";
    if (text.startsWith("\u001f\u008b\b")) return "application/x-gzip";
    if (text.startsWith("PK\u0003\u0004")) return "application/zip";
    if (text.startsWith("\0asm")) return "application/wasm";
    if (isHtml(text.stripLeading())) return "text/html; charset=utf-8";
    if (text.stripLeading().startsWith("<?xml")) return "text/xml; charset=utf-8";
    for (int i = 0; i < count; i++) if (isBinary(text.charAt(i))) return BINARY;
    return "text/plain; charset=utf-8";
  }

  private static boolean isHtml(String text) {
    String start = text.substring(0, Math.min(16, text.length())).toUpperCase(Locale.ROOT);
    for (String tag :
        new String[] {
          "<!DOCTYPE HTML", "<HTML", "<HEAD", "<SCRIPT", "<BODY", "<TITLE", "<TABLE", "<DIV"
        }) {
      if (start.startsWith(tag)
          && text.length() > tag.length()
          && " >".indexOf(text.charAt(tag.length())) >= 0) return true;
    }
    return start.startsWith("<!--");
  }

  private static boolean isBinary(char c) {
    return c < 9 || c == 11 || c > 13 && c < 27 || c > 27 && c < 32;
  }
}
