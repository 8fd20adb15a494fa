package atoll.node.shared;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import atoll.protocol.network.NetworkName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// The shared networks of a home on disk: hard state, which outlives the host's boot. Replaced as a
/// whole.
final class NetworkBook {
  private static final int LARGEST = 1 << 20;

  private final Path file;
  private final int mark;

  NetworkBook(Path home, int mark) {
    this.file = home.resolve("networks.json");
    this.mark = mark;
  }

  List<SharedNetwork> read() throws IOException {
    try {
      if (Files.size(file) > LARGEST) throw new IOException(file + " is too large");
      var networks = new ArrayList<SharedNetwork>();
      for (Json each : JsonReader.readObject(Files.readAllBytes(file)).items("networks"))
        networks.add(network((Json.Obj) each));
      return networks;
    } catch (NoSuchFileException none) {
      return List.of();
    } catch (RuntimeException e) {
      throw new IOException(file + " does not hold shared networks: " + e.getMessage(), e);
    }
  }

  private SharedNetwork network(Json.Obj json) {
    return new SharedNetwork(
        new NetworkName(json.text("owner").orElseThrow(), json.text("name").orElseThrow()),
        SharedNetwork.subnet(json.text("subnet").orElseThrow()),
        Math.toIntExact(json.whole("index").orElseThrow()),
        mark);
  }

  void write(Collection<SharedNetwork> networks) throws IOException {
    List<Json> all =
        networks.stream()
            .<Json>map(n ->
                Json.object(
                    "owner", n.name().owner(),
                    "name", n.name().name(),
                    "subnet", n.subnet().toString(),
                    "index", n.index()))
            .toList();
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.write(next, Json.object("networks", all).toString().getBytes(StandardCharsets.UTF_8));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
