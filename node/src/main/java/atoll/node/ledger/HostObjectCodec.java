package atoll.node.ledger;

import atoll.core.json.Json;
import atoll.protocol.network.NetworkName;
import java.nio.file.Path;

/// Host objects as JSON. The member `kind` and all names are part of the journal's format: never
/// rename one.
final class HostObjectCodec {
  private HostObjectCodec() {}

  static Json write(HostObject object) {
    return switch (object) {
      case HostObject.Monitor m ->
          Json.object(
              "kind",
              "monitor",
              "name",
              m.name(),
              "jail",
              m.jail().toString(),
              "pid",
              m.pid(),
              "ticks",
              m.startTicks());
      case HostObject.Namespace n ->
          Json.object("kind", "namespace", "path", n.anchor().toString());
      case HostObject.WayOut w ->
          Json.object(
              "kind", "way_out", "table", w.table(), "range", w.range(), "metric", w.metric());
      case HostObject.Bridge b -> Json.object("kind", "bridge", "link", b.link(), "mac", b.mac());
      case HostObject.Port p ->
          Json.object(
              "kind", "port",
              "link", p.link(),
              "mac", p.mac(),
              "anchor", p.anchor().toString(),
              "owner", p.network().owner(),
              "network", p.network().name(),
              "seat", p.seat());
      case HostObject.Group g -> Json.object("kind", "group", "name", g.name());
      case HostObject.Directory d -> Json.object("kind", "directory", "path", d.path().toString());
      case HostObject.PlainFile f -> Json.object("kind", "file", "path", f.path().toString());
      case HostObject.Tenancy t -> TenancyCodec.write(t);
    };
  }

  static HostObject read(Json.Obj json) {
    String kind = text(json, "kind");
    return switch (kind) {
      case "monitor" ->
          new HostObject.Monitor(
              text(json, "name"),
              Path.of(text(json, "jail")),
              whole(json, "pid"),
              whole(json, "ticks"));
      case "namespace" -> new HostObject.Namespace(Path.of(text(json, "path")));
      case "way_out" ->
          new HostObject.WayOut(
              text(json, "table"), text(json, "range"), Math.toIntExact(whole(json, "metric")));
      case "bridge" -> new HostObject.Bridge(text(json, "link"), text(json, "mac"));
      case "port" ->
          new HostObject.Port(
              text(json, "link"),
              text(json, "mac"),
              Path.of(text(json, "anchor")),
              new NetworkName(text(json, "owner"), text(json, "network")),
              Math.toIntExact(whole(json, "seat")));
      case "group" -> new HostObject.Group(text(json, "name"));
      case "directory" -> new HostObject.Directory(Path.of(text(json, "path")));
      case TenancyCodec.KIND -> TenancyCodec.read(json);
      case "file" -> new HostObject.PlainFile(Path.of(text(json, "path")));
      default -> throw new IllegalArgumentException("unknown kind of host object: " + kind);
    };
  }

  static String text(Json.Obj json, String name) {
    return json.text(name).orElseThrow(() -> new IllegalArgumentException("no " + name));
  }

  static long whole(Json.Obj json, String name) {
    return json.whole(name).orElseThrow(() -> new IllegalArgumentException("no " + name));
  }
}
