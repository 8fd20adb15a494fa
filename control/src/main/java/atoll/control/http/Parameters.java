package atoll.control.http;

import atoll.core.Refusal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/// The query parameters of a request, each checked when it is taken. A refusal names the parameter.
record Parameters(Target target) {
  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  Optional<String> text(String name) {
    return target.parameter(name);
  }

  long whole(String name, long least, long most, long standard) {
    Optional<String> text = text(name);
    if (text.isEmpty()) return standard;
    try {
      long number = Long.parseLong(text.get());
      if (number >= least && number <= most) return number;
    } catch (NumberFormatException e) {
      throw outside(name, least, most);
    }
    throw outside(name, least, most);
  }

  private static Refusal outside(String name, long least, long most) {
    return Fields.invalid(name, "must be a whole number from " + least + " to " + most);
  }

  Optional<Instant> time(String name) {
    try {
      return text(name)
          .map(text -> OffsetDateTime.parse(text).toInstant())
          .map(time -> storable(name, time));
    } catch (DateTimeParseException e) {
      throw Fields.invalid(name, "must be a time as in RFC 3339");
    }
  }

  /// Refuses times that the database could not hold.
  static Instant storable(String name, Instant time) {
    if (!time.isBefore(Instant.EPOCH) && time.isBefore(LATEST)) return time;
    throw Fields.invalid(name, "must lie between the years 1970 and 9999");
  }

  String oneOf(String name, String standard, String... allowed) {
    String value = text(name).orElse(standard);
    for (String one : allowed) if (one.equals(value)) return value;
    throw Fields.invalid(name, "must be one of " + String.join(", ", allowed));
  }
}
