package atoll.edge;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// What the fields of one head say about framing and about the connection; the same rules for
/// requests and replies.
///
/// Ambiguity is refused, never resolved (RFC 9112, section 6.3): a length twice, a length beside a
/// transfer coding, a coding other than `chunked`.
final class Fields {
  static final long NO_LENGTH = -2;
  private static final byte[] CHUNKED = "chunked".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_NUMBER = 18;

  private final Head head;
  private long length = NO_LENGTH;
  private boolean close;
  private boolean keepAlive;
  private boolean upgradeOption;
  private boolean upgradeField;
  private boolean expects;
  private String host;
  private String sandboxId;
  private String sandboxPort;
  private Set<String> nominated = Set.of();

  private Fields(Head head) {
    this.head = head;
  }

  static Fields read(Head head) throws BadMessage {
    var fields = new Fields(head);
    for (int i = 0; i < head.count(); i++) fields.read(i);
    return fields;
  }

  private void read(int i) throws BadMessage {
    switch (head.name(i)) {
      case CONTENT_LENGTH -> frame(number(i));
      case TRANSFER_ENCODING -> frame(chunked(i));
      case CONNECTION -> options(head.value(i));
      case HOST -> host = once(host, i);
      case SANDBOX_ID -> sandboxId = once(sandboxId, i);
      case SANDBOX_PORT -> sandboxPort = once(sandboxPort, i);
      case UPGRADE -> upgradeField = true;
      case EXPECT -> expects = true;
      case TE, KEEP_ALIVE, PROXY_CONNECTION, OTHER -> {}
    }
  }

  private void frame(long found) throws BadMessage {
    if (length != NO_LENGTH)
      throw BadMessage.of("more than one Content-Length or Transfer-Encoding");
    length = found;
  }

  private long number(int i) throws BadMessage {
    int from = head.valueStart(i);
    int to = head.valueEnd(i);
    if (from == to || to - from > LONGEST_NUMBER) throw BadMessage.of("invalid Content-Length");
    long number = 0;
    for (int at = from; at < to; at++) {
      int digit = head.bytes()[at] - '0';
      if (digit < 0 || digit > 9) throw BadMessage.of("invalid Content-Length");
      number = number * 10 + digit;
    }
    return number;
  }

  private long chunked(int i) throws BadMessage {
    if (!head.valueIs(i, CHUNKED))
      throw new BadMessage(501, "the only Transfer-Encoding known here is chunked");
    return Framing.CHUNKED;
  }

  private String once(String before, int i) throws BadMessage {
    if (before != null) throw BadMessage.of("a header field that may stand once stands twice");
    return head.value(i);
  }

  private void options(String value) {
    for (String part : value.split(",", -1)) {
      String option = part.strip().toLowerCase(Locale.ROOT);
      switch (option) {
        case "" -> {}
        case "close" -> close = true;
        case "keep-alive" -> keepAlive = true;
        case "upgrade" -> upgradeOption = true;
        default -> nominate(option);
      }
    }
  }

  private void nominate(String name) {
    if (nominated.isEmpty()) nominated = new HashSet<>();
    nominated.add(name);
  }

  /// Bytes of the body, [Framing#CHUNKED], or [#NO_LENGTH].
  long length() {
    return length;
  }

  boolean close() {
    return close;
  }

  boolean keepAlive() {
    return keepAlive;
  }

  boolean upgrade() {
    return upgradeOption && upgradeField;
  }

  boolean expects() {
    return expects;
  }

  String host() {
    return host;
  }

  String sandboxId() {
    return sandboxId;
  }

  String sandboxPort() {
    return sandboxPort;
  }

  /// Names of fields that `Connection` limits to this hop, in lower case.
  Set<String> nominated() {
    return nominated;
  }
}
