package atoll.doctor.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One run of a Debian tool, bounded in time and output; killed when the time is over.
public final class Program {
  private static final int LONGEST_OUTPUT = 4 << 20;

  private Program() {}

  /// How it ended.
  ///
  /// @param output standard output and error together
  public record Result(int exit, String output) {
    public boolean ok() {
      return exit == 0;
    }
  }

  /// Runs it to its end.
  ///
  /// @throws IOException if it cannot be started or does not end in time
  public static Result run(long millis, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .start();
    var output =
        CompletableFuture.supplyAsync(() -> text(process.getInputStream()), Program::daemon);
    try {
      String text = output.get(millis, TimeUnit.MILLISECONDS);
      if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) throw late(command, millis);
      return new Result(process.exitValue(), text);
    } catch (TimeoutException e) {
      throw late(command, millis);
    } catch (ExecutionException e) {
      throw new IOException(command.getFirst() + ": " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(command.getFirst() + " was interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /// As [#run], inside a network namespace.
  public static Result inside(java.nio.file.Path namespace, long millis, String... command)
      throws IOException {
    var whole = new java.util.ArrayList<>(List.of("nsenter", "--net=" + namespace));
    whole.addAll(List.of(command));
    return run(millis, whole);
  }

  private static IOException late(List<String> command, long millis) {
    return new IOException(command.getFirst() + " did not end within " + millis + " ms");
  }

  private static void daemon(Runnable work) {
    Thread.ofPlatform().daemon().name("program-output").start(work);
  }

  private static String text(InputStream in) {
    try {
      return new String(in.readNBytes(LONGEST_OUTPUT), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
