package atoll.control.sandbox;

import atoll.core.Refusal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A template as users name it: `[namespace/]alias[:tag]`, lower case.
///
/// @param namespace null for none
/// @param name alias or id
/// @param tag null for none; a build's UUID may stand here too
public record TemplateRef(String namespace, String name, String tag) {
  private static final int LONGEST = 128;
  private static final Pattern FORM =
      Pattern.compile("(?:([a-z0-9_-]+)/)?([a-z0-9_-]+)(?::([a-z0-9_.-]+))?");

  public static TemplateRef parse(String text) {
    String plain = text.strip().toLowerCase(Locale.ROOT);
    Matcher form = FORM.matcher(plain);
    if (plain.length() > LONGEST || !form.matches()) {
      throw new Refusal.Invalid(
          "template_reference_invalid",
          "validation error: templateID: expected [namespace/]name[:tag] of a-z, 0-9, - and _");
    }
    return new TemplateRef(form.group(1), form.group(2), form.group(3));
  }
}
