package atoll.agent.guest;

import java.util.LinkedHashMap;
import java.util.Map;

/// What `/init` told this agent, and what it found at its start. Soft: a restarted agent begins
/// anew.
///
/// Safe for several threads: each part is an immutable value behind a volatile field; `/init` is
/// the only writer.
public final class GuestState {
  private volatile String token;
  private volatile Map<String, String> userVariables = Map.of();
  private volatile Map<String, String> systemVariables;
  private volatile String defaultUser = "root";
  private volatile String defaultWorkdir = "";
  private volatile boolean awaited;

  /// @param inVm whether this guest is a machine of its own, which then does no work before it was
  ///   told who it is
  public GuestState(boolean inVm) {
    systemVariables = Map.of("E2B_SANDBOX", Boolean.toString(inVm));
    awaited = inVm;
  }

  /// Whether an identity is still to come: until then nothing but `/health` and `/init` is
  /// answered.
  public boolean awaitsIdentity() {
    return awaited;
  }

  void awaitsIdentity(boolean value) {
    awaited = value;
  }

  /// Null while the agent is open to all.
  public String token() {
    return token;
  }

  public void token(String value) {
    token = value;
  }

  /// Compares in constant time; true if no token is set.
  public boolean admits(String shown) {
    String wanted = token;
    if (wanted == null) return true;
    return shown != null && Secrets.same(wanted, shown);
  }

  public void userVariables(Map<String, String> variables) {
    userVariables = Map.copyOf(variables);
  }

  Map<String, String> userVariables() {
    return userVariables;
  }

  Map<String, String> systemVariables() {
    return systemVariables;
  }

  public synchronized void systemVariable(String name, String value) {
    var more = new LinkedHashMap<>(systemVariables);
    more.put(name, value);
    systemVariables = Map.copyOf(more);
  }

  /// All global variables; the agent's own win.
  public Map<String, String> variables() {
    var all = new LinkedHashMap<>(userVariables);
    all.putAll(systemVariables);
    return all;
  }

  public String defaultUser() {
    return defaultUser;
  }

  public void defaultUser(String name) {
    defaultUser = name;
  }

  /// Empty if none was set.
  public String defaultWorkdir() {
    return defaultWorkdir;
  }

  public void defaultWorkdir(String path) {
    defaultWorkdir = path;
  }
}
