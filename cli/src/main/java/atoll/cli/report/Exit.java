package atoll.cli.report;

/// The exit codes of every command. Part of the command line's contract; see docs/cli.md.
public final class Exit {
  public static final int OK = 0;

  /// The command was understood and could not be carried out.
  public static final int FAILED = 1;

  /// The arguments are wrong.
  public static final int USAGE = 2;

  /// The host lacks something: a package, a right, a device. Nothing was changed.
  public static final int HOST = 3;

  private Exit() {}
}
