package atoll.agent.files;

import java.nio.charset.StandardCharsets;

/// The Content-Disposition of a download: a file name as a token, quoted, or percent-encoded.
final class Disposition {
  private static final String HEX = "0123456789ABCDEF";

  private Disposition() {}

  static String inline(String name) {
    if (isToken(name)) return "inline; filename=" + name;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c > 0x7e || c < 0x20 && c != '\t') return "inline; filename*=utf-8''" + encoded(name);
    }
    return "inline; filename=\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= 0x20 || c > 0x7e || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) return false;
    }
    return !name.isEmpty();
  }

  private static String encoded(String name) {
    var out = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = c > 0x20 && c < 0x7f && "*'%()<>@,;:\\\"/[]?=".indexOf(c) < 0;
      if (plain) out.append(c);
      else out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
    }
    return out.toString();
  }
}
