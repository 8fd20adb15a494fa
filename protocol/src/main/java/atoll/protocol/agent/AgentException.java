package atoll.protocol.agent;

import java.io.IOException;

/// The agent answered, and refused. `code` is a Connect code such as `not_found`, or
/// `http_<status>`.
public final class AgentException extends IOException {
  private final String code;

  AgentException(String code, String message) {
    super("agent: " + code + ": " + message);
    this.code = code;
  }

  public String code() {
    return code;
  }
}
