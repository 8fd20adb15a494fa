package atoll.edge;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Set;

/// The agent's routes that are for the host alone; the edge hides them on the agent's port,
/// whatever the method.
final class AgentRoutes {
  private static final Set<String> INTERNAL =
      Set.of("/init", "/freeze", "/unfreeze", "/fsfreeze", "/fsthaw", "/collapse", "/upgrade");

  private AgentRoutes() {}

  /// The cleaned path if it is an internal one, else null. Costs nothing for the paths that clients
  /// use.
  static String internal(String target) {
    if (!suspicious(target)) return null;
    String path = clean(decode(pathOf(target)));
    return INTERNAL.contains(path) ? path : null;
  }

  /// Whether cleaning could lead to an internal path: plain paths of more than one segment cannot.
  private static boolean suspicious(String target) {
    return target.length() < 2
        || target.indexOf('%') >= 0
        || target.contains("//")
        || target.contains("/.")
        || "ifuc".indexOf(target.charAt(1)) >= 0;
  }

  private static String pathOf(String target) {
    int end = target.length();
    int query = target.indexOf('?');
    int fragment = target.indexOf('#');
    if (query >= 0) end = query;
    if (fragment >= 0) end = Math.min(end, fragment);
    return target.substring(0, end);
  }

  private static String decode(String path) {
    if (path.indexOf('%') < 0) return path;
    byte[] in = path.getBytes(StandardCharsets.ISO_8859_1);
    var out = new StringBuilder(in.length);
    for (int i = 0; i < in.length; i++) {
      boolean escape =
          in[i] == '%'
              && i + 2 < in.length
              && Ascii.hex(in[i + 1]) >= 0
              && Ascii.hex(in[i + 2]) >= 0;
      if (escape) {
        out.append((char) (Ascii.hex(in[i + 1]) << 4 | Ascii.hex(in[i + 2])));
        i += 2;
      } else {
        out.append((char) (in[i] & 0xff));
      }
    }
    return out.toString();
  }

  private static String clean(String path) {
    var kept = new ArrayDeque<String>();
    for (String segment : path.split("/", -1)) {
      if (segment.equals("..")) {
        kept.pollLast();
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        kept.addLast(segment);
      }
    }
    return "/" + String.join("/", kept);
  }
}
