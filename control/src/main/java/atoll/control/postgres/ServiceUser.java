package atoll.control.postgres;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The unprivileged user that the database runs as: PostgreSQL refuses uid 0.
///
/// Started by root, it is the system's `postgres` if there is one, else `nobody`; else it is
/// whoever we are already.
///
/// @param name null for whoever we are
record ServiceUser(String name, int uid, int gid) {
  private static final ServiceUser OURSELVES = new ServiceUser(null, -1, -1);
  private static final Path ACCOUNTS = Path.of("/etc/passwd");

  static ServiceUser choose() throws IOException {
    return choose(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        Files.readAllLines(ACCOUNTS));
  }

  static ServiceUser choose(boolean root, List<String> accounts) {
    if (!root) return OURSELVES;
    Map<String, ServiceUser> known =
        accounts.stream()
            .map(line -> line.split(":", -1))
            .filter(fields ->
                fields.length >= 4
                    && fields[2].matches("\\d{1,9}")
                    && fields[3].matches("\\d{1,9}"))
            .map(f -> new ServiceUser(f[0], Integer.parseInt(f[2]), Integer.parseInt(f[3])))
            .collect(Collectors.toMap(ServiceUser::name, u -> u, (first, _) -> first));
    for (String name : List.of("postgres", "nobody")) {
      ServiceUser user = known.get(name);
      if (user != null && user.uid() != 0) return user;
    }
    throw new PostgresException(
        "no unprivileged user to run the database as: neither postgres nor nobody is in "
            + ACCOUNTS,
        "make one: useradd --system postgres",
        null);
  }

  boolean isOther() {
    return name != null;
  }

  /// The command that runs `command` as this user, without privileges, and ends it when our
  /// starting thread ends.
  ///
  /// SIGINT is PostgreSQL's fast shutdown: sessions are ended, data is flushed. See setpriv(1),
  /// prctl(2) PR_SET_PDEATHSIG.
  List<String> command(List<String> command) {
    var line = new ArrayList<String>();
    line.add("setpriv");
    if (isOther()) {
      line.addAll(List.of("--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--inh-caps=-all"));
    }
    line.addAll(List.of("--no-new-privs", "--pdeathsig=INT", "--"));
    line.addAll(command);
    return line;
  }

  void own(Path path) throws IOException {
    if (!isOther()) return;
    Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
  }

  /// Makes data this user's that was another's: the account `postgres` came later, or the home from
  /// a machine that numbers its accounts in another way. No server may run on it. The folder itself
  /// comes last, so that what breaks off is done anew.
  void takeOver(Path data) throws IOException {
    if (!isOther() || Files.getAttribute(data, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(uid))
      return;
    Files.walkFileTree(
        data,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            own(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
            if (e != null) throw e;
            own(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
