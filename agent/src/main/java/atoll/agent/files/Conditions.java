package atoll.agent.files;

import atoll.agent.http.HttpDate;
import atoll.agent.http.Request;

/// The conditional headers of a download, for files that have a date and no tag. RFC 9110 section
/// 13.
final class Conditions {
  private Conditions() {}

  /// 200 to go on, 304 or 412.
  static int status(Request request, long modified) {
    if (request.header("If-Match") != null) {
      if (!request.header("If-Match").strip().equals("*")) return 412;
    } else if (request.header("If-Unmodified-Since") != null) {
      long date = HttpDate.parse(request.header("If-Unmodified-Since"));
      if (date >= 0 && modified > date) return 412;
    }
    String none = request.header("If-None-Match");
    if (none != null) return none.strip().equals("*") ? 304 : 200;
    long since = date(request, "If-Modified-Since");
    return since >= 0 && modified <= since ? 304 : 200;
  }

  /// Whether Range is to be honoured: If-Range must name this very date.
  static boolean rangeApplies(Request request, long modified) {
    String condition = request.header("If-Range");
    return condition == null || HttpDate.parse(condition) == modified;
  }

  private static long date(Request request, String name) {
    String text = request.header(name);
    return text == null ? -1 : HttpDate.parse(text);
  }
}
