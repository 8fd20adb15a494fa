package atoll.cli.bench;

import atoll.cli.bench.edge.EdgeBenchmark;
import atoll.core.json.Json;
import java.io.IOException;
import java.util.List;

/// The edge's figures in the form of all others.
final class EdgeFigures {
  private EdgeFigures() {}

  static List<Figure> run() throws IOException, InterruptedException {
    var measured = EdgeBenchmark.measureOnce();
    int rounds = (int) number(measured, "rounds");
    double added = number(measured, "edgeOverNginxMs");
    return List.of(
        new Figure(
            "edge: a request on a kept connection, p50",
            number(measured, "edgeP50Ms"),
            "ms",
            "nginx",
            number(measured, "nginxP50Ms"),
            rounds,
            "≤ 0.3 ms added",
            added <= 0.3),
        Figure.ratio(
            "edge: processor time of a request",
            number(measured, "edgeCpuMicros"),
            "µs",
            "nginx",
            number(measured, "nginxCpuMicros"),
            2,
            rounds));
  }

  private static double number(Json.Obj measured, String name) {
    return measured.get(name).map(v -> v instanceof Json.Num n ? n.asDouble() : 0.0).orElseThrow();
  }
}
