package atoll.control.postgres;

/// Where a PostgreSQL database answers, and as whom to log in.
///
/// @param url JDBC URL without credentials
/// @param password a secret, never logged
public record DatabaseAddress(String url, String user, String password) {
  @Override
  public String toString() {
    return "DatabaseAddress[" + url + " as " + user + "]";
  }
}
