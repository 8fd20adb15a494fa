package atoll.cli;

import atoll.cli.report.Table;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/// Sends the log of this process to standard error, one line a record.
public final class Logs {
  static {
    System.setProperty("java.util.logging.manager", Manager.class.getName());
  }

  /// Held, since the log manager keeps loggers weakly.
  private static final Logger ROOT = Logger.getLogger("");

  private Logs() {}

  /// Warnings and worse: what a client command's user should see.
  static void configure() {
    configure(Level.WARNING);
  }

  static void configure(Level level) {
    for (Handler old : ROOT.getHandlers()) ROOT.removeHandler(old);
    Handler handler = new Lines();
    handler.setLevel(level);
    ROOT.addHandler(handler);
    ROOT.setLevel(level);
  }

  /// Keeps logging while the process stops: the usual manager drops all handlers at that moment.
  public static final class Manager extends LogManager {
    @Override
    public void reset() {}
  }

  private static final class Lines extends StreamHandler {
    Lines() {
      super(System.err, new OneLine());
    }

    /// Standard error is not ours to close.
    @Override
    public synchronized void close() {
      flush();
    }

    @Override
    public synchronized void publish(LogRecord record) {
      super.publish(record);
      flush();
    }
  }

  /// `2026-01-01T00:00:00.000Z INFO atoll.node message`, then the stack trace of a failure.
  static final class OneLine extends Formatter {
    @Override
    public String format(LogRecord record) {
      String line =
          Instant.ofEpochMilli(record.getMillis()).truncatedTo(ChronoUnit.MILLIS)
              + " "
              + label(record.getLevel())
              + " "
              + record.getLoggerName()
              + " "
              + Table.printable(formatMessage(record));
      return record.getThrown() == null ? line + "\n" : line + "\n" + trace(record.getThrown());
    }

    private static String label(Level level) {
      if (level.intValue() >= Level.SEVERE.intValue()) return "ERROR";
      if (level.intValue() >= Level.WARNING.intValue()) return "WARN";
      return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }

    private static String trace(Throwable thrown) {
      var text = new StringWriter();
      thrown.printStackTrace(new PrintWriter(text));
      return text.toString();
    }
  }
}
