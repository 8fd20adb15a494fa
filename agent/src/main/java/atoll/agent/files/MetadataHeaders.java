package atoll.agent.files;

import atoll.agent.http.Request;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The metadata of an upload, from its `X-Metadata-<key>` headers.
final class MetadataHeaders {
  private static final String PREFIX = "x-metadata-";
  private static final int LONGEST_KEY = 246;
  private static final int MOST_BYTES = 4096;

  /// What each attribute's name has in front, on disk.
  private static final int NAME_PREFIX = "user.e2b.".length();

  private MetadataHeaders() {}

  static Map<String, String> read(Request request) throws UploadException {
    var found = new TreeMap<String, String>();
    for (int i = 0; i < request.headers().size(); i++) {
      String name = request.headers().name(i).toLowerCase(Locale.ROOT);
      if (name.length() > PREFIX.length() && name.startsWith(PREFIX)) {
        found.putIfAbsent(name.substring(PREFIX.length()), request.headers().value(i));
      }
    }
    int total = 0;
    for (var e : found.entrySet()) {
      if (e.getKey().length() > LONGEST_KEY)
        throw new UploadException(400, "metadata key is longer than " + LONGEST_KEY);
      check(e.getValue(), e.getKey());
      total += NAME_PREFIX + e.getKey().length() + e.getValue().length();
    }
    if (total > MOST_BYTES)
      throw new UploadException(400, "metadata is larger than " + MOST_BYTES + " bytes");
    return found;
  }

  private static void check(String value, String key) throws UploadException {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < 0x20 || c > 0x7e)
        throw new UploadException(400, "metadata value of '" + key + "' is not printable ASCII");
    }
  }
}
