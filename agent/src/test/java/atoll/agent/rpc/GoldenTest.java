package atoll.agent.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.json.JsonReader;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Our codecs against protobuf's own, with messages at random from a seed.
class GoldenTest {
  private static final int ROUNDS = 300;

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Message decoded(Codec codec, Descriptor type, byte[] bytes) throws RpcException {
    return codec.decode(Golden.type(type), bytes, bytes.length);
  }

  private static void same(Object ours, Object theirs, String what) {
    assertThat(ours)
        .as(what)
        .usingRecursiveComparison(RecursiveComparisonConfiguration.builder().build())
        .isEqualTo(theirs);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "process.StartRequest",
        "process.ConnectRequest",
        "process.UpdateRequest",
        "process.SendInputRequest",
        "process.SendSignalRequest",
        "process.StreamInputRequest",
        "filesystem.PathRequest",
        "filesystem.MoveRequest",
        "filesystem.ListDirRequest",
        "filesystem.WatchDirRequest",
        "filesystem.WatcherRequest"
      })
  void requestsAreReadAsProtobufReadsThem(String name) throws Exception {
    Descriptor type = ProtoFile.message(name);
    for (int seed = 0; seed < ROUNDS; seed++) {
      DynamicMessage message = Golden.random(type, new Random(seed));
      var theirs = Golden.plain(message);
      byte[] proto = message.toByteArray();
      same(Golden.plain(decoded(Codec.PROTO, type, proto), type), theirs, name + " " + seed);
      String json = JsonFormat.printer().print(message);
      same(Golden.plain(decoded(Codec.JSON, type, utf8(json)), type), theirs, json);
      String snake = JsonFormat.printer().preservingProtoFieldNames().print(message);
      same(Golden.plain(decoded(Codec.JSON, type, utf8(snake)), type), theirs, snake);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "process.ListResponse",
        "process.StartResponse",
        "filesystem.EntryResponse",
        "filesystem.ListDirResponse",
        "filesystem.WatchDirResponse",
        "filesystem.CreateWatcherResponse",
        "filesystem.GetWatcherEventsResponse"
      })
  void answersAreWrittenAsProtobufWritesThem(String name) throws Exception {
    Descriptor type = ProtoFile.message(name);
    for (int seed = 0; seed < ROUNDS; seed++) {
      DynamicMessage message = withTimes(Golden.random(type, new Random(seed)));
      assertThat(written(Codec.PROTO, message)).isEqualTo(message.toByteArray());
      var back = DynamicMessage.newBuilder(type);
      String json = new String(written(Codec.JSON, message), StandardCharsets.UTF_8);
      JsonFormat.parser().merge(json, back);
      assertThat(back.build()).as(json).isEqualTo(message);
      assertThat(JsonReader.read(json))
          .isEqualTo(JsonReader.read(JsonFormat.printer().print(message)));
    }
  }

  /// Parsed once more, so that times are of the one class that protobuf compares as equal.
  private static DynamicMessage withTimes(DynamicMessage message) throws Exception {
    return DynamicMessage.parseFrom(message.getDescriptorForType(), message.toByteArray());
  }

  private static byte[] written(Codec codec, DynamicMessage message) {
    MessageWriter writer = codec.writer();
    for (int round = 0; round < 2; round++) { // memory is used again
      writer.reset();
      Golden.write(message, writer);
      writer.finish();
    }
    return Arrays.copyOf(writer.bytes, writer.length);
  }
}
