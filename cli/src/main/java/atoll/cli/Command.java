package atoll.cli;

/// One command: what it takes and what it does.
///
/// `run` returns one of [Exit]'s codes, or the exit code of a program that it ran, or throws: a
/// [CommandFailure] is shown as it is, anything else as `unexpected`.
public interface Command {
  Syntax syntax();

  int run(Call call) throws Exception;
}
