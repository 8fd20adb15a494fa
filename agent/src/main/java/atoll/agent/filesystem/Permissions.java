package atoll.agent.filesystem;

/// Mode bits as text, in the manner of the Go library: type letters before nine permission letters.
final class Permissions {
  private static final String LETTERS = "rwxrwxrwx";

  private Permissions() {}

  static String text(int mode) {
    var out = new StringBuilder(12);
    switch (mode & 0170000) {
      case 0040000 -> out.append('d');
      case 0120000 -> out.append('L');
      case 0060000 -> out.append('D');
      case 0020000 -> out.append("Dc");
      case 0010000 -> out.append('p');
      case 0140000 -> out.append('S');
      default -> {} // a regular file has no letter
    }
    if ((mode & 04000) != 0) out.append('u');
    if ((mode & 02000) != 0) out.append('g');
    if ((mode & 01000) != 0) out.append('t');
    if (out.isEmpty()) out.append('-');
    for (int i = 0; i < LETTERS.length(); i++)
      out.append((mode & 1 << 8 - i) != 0 ? LETTERS.charAt(i) : '-');
    return out.toString();
  }
}
