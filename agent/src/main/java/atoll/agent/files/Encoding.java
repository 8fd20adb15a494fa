package atoll.agent.files;

import atoll.agent.http.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Which content encoding a download has, by the request's Accept-Encoding.
enum Encoding {
  IDENTITY,
  GZIP,
  /// The client accepts neither.
  NONE;

  private record Entry(String name, double q) {}

  static Encoding of(Request request) {
    List<Entry> entries = entries(request.headers().all("Accept-Encoding"));
    boolean identity = identityAllowed(entries);
    if (partial(request)) return identity ? IDENTITY : NONE;
    if (entries.isEmpty()) return IDENTITY;
    entries.sort(Comparator.comparingDouble(e -> -e.q));
    for (Entry entry : entries) {
      if (entry.q <= 0) continue;
      switch (entry.name) {
        case "gzip" -> {
          return GZIP;
        }
        case "identity" -> {
          return IDENTITY;
        }
        case "*" -> {
          return identity ? IDENTITY : GZIP;
        }
        default -> {} // an encoding that we do not have
      }
    }
    return identity ? IDENTITY : NONE;
  }

  /// Whether the request is for a part, or conditional: those are answered as the file is.
  static boolean partial(Request request) {
    for (String name : new String[] {"Range", "If-Range", "If-Modified-Since", "If-None-Match"}) {
      if (request.header(name) != null) return true;
    }
    return false;
  }

  private static boolean identityAllowed(List<Entry> entries) {
    boolean allowed = true;
    for (Entry entry : entries) {
      if (entry.name.equals("identity")) return entry.q > 0;
      if (entry.name.equals("*") && entry.q <= 0) allowed = false;
    }
    return allowed;
  }

  private static List<Entry> entries(List<String> values) {
    var entries = new ArrayList<Entry>();
    for (String value : values) {
      for (String item : value.split(",")) {
        String[] parts = item.split(";");
        String name = parts[0].strip().toLowerCase(Locale.ROOT);
        if (!name.isEmpty()) entries.add(new Entry(name, quality(parts)));
      }
    }
    return entries;
  }

  private static double quality(String... parts) {
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i].strip().toLowerCase(Locale.ROOT);
      if (!part.startsWith("q=")) continue;
      try {
        return Double.parseDouble(part.substring(2).strip());
      } catch (NumberFormatException unreadable) {
        return 1;
      }
    }
    return 1;
  }
}
