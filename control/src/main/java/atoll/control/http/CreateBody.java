package atoll.control.http;

import atoll.control.sandbox.NetworkSpec;
import atoll.control.sandbox.SandboxSpec;
import atoll.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Reads the body of a create request. The two versions differ in their defaults alone.
enum CreateBody {
  V1(Duration.ofSeconds(15), false),
  /// Always secured; `secure` is not part of it.
  V2(Duration.ofMinutes(5), true);

  private static final Pattern KEY = Pattern.compile("[a-z0-9-]{1,255}");
  private static final Pattern VARIABLE = Pattern.compile("[^=\\x00]+");

  private final Duration timeout;
  private final boolean alwaysSecured;

  CreateBody(Duration timeout, boolean alwaysSecured) {
    this.timeout = timeout;
    this.alwaysSecured = alwaysSecured;
  }

  /// What a `connect` without a timeout gets, too.
  Duration timeout() {
    return timeout;
  }

  SandboxSpec read(Request request) {
    Fields fields = Fields.of(request.body());
    String template = fields.requiredText("templateID");
    Duration life = fields.seconds("timeout", 1).orElse(timeout);
    boolean secured = fields.bool("secure").orElse(false) || alwaysSecured;
    refuseWhatIsMissing(fields);
    return new SandboxSpec(
        template,
        life,
        secured,
        network(fields),
        fields.text("sharedNetwork").orElse(null),
        fields.strings("metadata"),
        variables(fields),
        fingerprint(fields),
        idempotencyKey(request));
  }

  private static void refuseWhatIsMissing(Fields fields) {
    fields.notYet("autoPause", Json.Bool.class, "pausing at the end of the timeout");
    if (!fields.bool("autoPauseMemory").orElse(true))
      throw fields.wrong("autoPauseMemory", "false needs autoPause: true");
    if (fields.inside("autoResume").bool("enabled").orElse(false))
      fields.notYet("autoResume", Json.Obj.class, "resuming on traffic");
    fields.notYet("volumeMounts", Json.Arr.class, "mounting volumes");
    fields.notYet("iam", Json.Obj.class, "workload identity");
    var _ = fields.object("mcp"); // the SDKs' own business, but an object
  }

  private static NetworkSpec network(Fields fields) {
    Fields network = fields.inside("network");
    NetworkBody.refuseIngress(network);
    return NetworkBody.read(network, fields.bool("allow_internet_access").orElse(null));
  }

  private static Map<String, String> variables(Fields fields) {
    Map<String, String> variables = fields.strings("envVars");
    for (String name : variables.keySet()) {
      if (!VARIABLE.matcher(name).matches())
        throw Fields.invalid("envVars", "names must be non-empty and without '='");
    }
    return variables;
  }

  private static String idempotencyKey(Request request) {
    String key = request.headers().get("Idempotency-Key");
    if (key == null || KEY.matcher(key).matches()) return key;
    throw Fields.invalid("Idempotency-Key", "must be 1 to 255 characters of a-z, 0-9 and -");
  }

  /// Of what was asked, so that a repeat may be formatted and ordered otherwise.
  private String fingerprint(Fields fields) {
    try {
      byte[] text = (name() + sorted(fields.body())).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static Json sorted(Json value) {
    return switch (value) {
      case Json.Obj(Map<String, Json> members) -> {
        var inOrder = new TreeMap<String, Json>();
        members.forEach((name, member) -> inOrder.put(name, sorted(member)));
        yield new Json.Obj(inOrder);
      }
      case Json.Arr(List<Json> items) ->
          new Json.Arr(items.stream().map(CreateBody::sorted).toList());
      default -> value;
    };
  }
}
