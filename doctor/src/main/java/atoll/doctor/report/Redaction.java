package atoll.doctor.report;

import java.util.List;
import java.util.regex.Pattern;

/// Takes secrets out of text: those that are known, and all that looks like one. Rather too much
/// than too little.
public final class Redaction {
  static final String INSTEAD = "[redacted]";

  /// The value after a name that says that it is secret: `NAME=VALUE`, `"name": "value"`, headers.
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)([\\w.-]*(?:secret|passw|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|authorization|cookie|session)[\\w.-]*[\"']?\\s*[=:]\\s*[\"']?(?:(?:basic|bearer)\\s+)?)([^\\s\"',;&]+)");

  private static final List<Pattern> SHAPES =
      List.of(
          Pattern.compile("-----BEGIN [A-Z0-9 ]+-----[\\s\\S]*?(?:-----END [A-Z0-9 ]+-----|\\z)"),
          Pattern.compile("\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_.-]+"),
          Pattern.compile(
              "\\b(?:e2b|sk|pk|ghp|gho|ghs|glpat|xox[abp]|npm|hf)[_-][A-Za-z0-9_-]{12,}"),
          Pattern.compile("\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b"),
          Pattern.compile("(?i)\\b(?:basic|bearer)\\s+[A-Za-z0-9+/=._-]{8,}"),
          Pattern.compile("(?<=://)[^/\\s:@]+:[^/\\s@]+(?=@)"),
          Pattern.compile("\\b[0-9a-fA-F]{32,}\\b"),
          Pattern.compile(
              "\\b(?=[A-Za-z0-9+/_-]*[0-9])(?=[A-Za-z0-9+/_-]*[A-Z])(?=[A-Za-z0-9+/_-]*[a-z])[A-Za-z0-9+_-]{36,}={0,2}"));

  private final List<String> known;

  /// @param known secrets by value; empty ones are ignored
  public Redaction(List<String> known) {
    this.known = known.stream().filter(s -> s.length() >= 4).toList();
  }

  public String of(String text) {
    String clean = text;
    for (String secret : known) clean = clean.replace(secret, INSTEAD);
    for (Pattern shape : SHAPES) clean = shape.matcher(clean).replaceAll(INSTEAD);
    return NAMED.matcher(clean).replaceAll("$1" + INSTEAD.replace("[", "\\["));
  }
}
