package atoll.edge;

import java.nio.charset.StandardCharsets;

/// The header fields that the edge itself acts on; all others travel untouched as [#OTHER].
enum FieldName {
  HOST("host"),
  TE("te"),
  EXPECT("expect"),
  UPGRADE("upgrade"),
  CONNECTION("connection"),
  KEEP_ALIVE("keep-alive"),
  PROXY_CONNECTION("proxy-connection"),
  CONTENT_LENGTH("content-length"),
  TRANSFER_ENCODING("transfer-encoding"),
  SANDBOX_ID("e2b-sandbox-id"),
  SANDBOX_PORT("e2b-sandbox-port"),
  OTHER("");

  private static final FieldName[][] BY_LENGTH = new FieldName[20][];

  static {
    for (int length = 0; length < BY_LENGTH.length; length++) {
      int wanted = length;
      BY_LENGTH[length] =
          java.util.Arrays.stream(values())
              .filter(f -> f != OTHER && f.lower.length == wanted)
              .toArray(FieldName[]::new);
    }
  }

  private final byte[] lower;

  FieldName(String lower) {
    this.lower = lower.getBytes(StandardCharsets.US_ASCII);
  }

  static FieldName of(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length >= BY_LENGTH.length) return OTHER;
    for (FieldName candidate : BY_LENGTH[length]) {
      if (Ascii.equalsIgnoreCase(bytes, from, to, candidate.lower)) return candidate;
    }
    return OTHER;
  }

  /// Whether the field concerns one connection only and so never travels through.
  boolean hopByHop() {
    return this == CONNECTION
        || this == KEEP_ALIVE
        || this == PROXY_CONNECTION
        || this == TE
        || this == UPGRADE;
  }

  /// Whether a `Connection` field may not name it away, since framing and routing hang on it.
  boolean vital() {
    return this == HOST || this == CONTENT_LENGTH || this == TRANSFER_ENCODING;
  }
}
