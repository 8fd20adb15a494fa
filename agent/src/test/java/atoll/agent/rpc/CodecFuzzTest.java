package atoll.agent.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.agent.fuzz.Grammar;
import atoll.agent.fuzz.Rounds;
import atoll.agent.http.GunzipInput;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// Hostile messages: whatever the bytes are, decoding ends with a message or a refusal, and says
/// yes where protobuf does.
class CodecFuzzTest {
  private static final Descriptor START = ProtoFile.message("process.StartRequest");
  private static final Descriptor INPUT = ProtoFile.message("process.StreamInputRequest");
  private static final Grammar JSON_WORDS =
      new Grammar(
          0,
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"process\"",
          "\"cmd\"",
          "\"args\"",
          "\"envs\"",
          "\"pty\"",
          "\"size\"",
          "\"cols\"",
          "\"tag\"",
          "\"stdin\"",
          "null",
          "true",
          "false",
          "1",
          "-1",
          "1.0",
          "1e1",
          "1e999999999",
          "4294967296",
          "\"\\u00e9\"",
          "\"\\ud83d\"",
          "\"\\ud83d\\ude00\"",
          "\"x\"",
          " ",
          "\n",
          "\u00c3\u00a9",
          "\u00c3",
          "\"unknown\":",
          "[[[[",
          "{\"a\":",
          "\"AAAA\"",
          "\"-_8=\"");

  private static Message decode(Codec codec, Descriptor type, byte[] bytes) throws RpcException {
    return codec.decode(Golden.type(type), bytes, bytes.length);
  }

  private static Descriptor type(long seed) {
    return seed % 2 == 0 ? START : INPUT;
  }

  @Test
  void jsonOfWords() {
    MessageType type = Golden.type(START);
    Rounds.run(seed -> {
      byte[] bytes = words(seed).sentence(24);
      try {
        assertThat(Codec.JSON.decode(type, bytes, bytes.length)).isNotNull();
      } catch (RpcException refused) {
        assertThat(refused.code()).isEqualTo(RpcCode.INVALID_ARGUMENT);
      }
    });
  }

  private static Grammar words(long seed) {
    JSON_WORDS.random().setSeed(seed);
    return JSON_WORDS;
  }

  /// What protobuf refuses for being malformed we may refuse too; what it takes we take alike.
  @Test
  void damagedProtoIsReadAsProtobufReadsIt() {
    Rounds.run(seed -> {
      Descriptor type = type(seed);
      byte[] good = Golden.random(type, new Random(seed)).toByteArray();
      byte[] bytes =
          new Grammar(seed, "\0", "\n\u0003abc", "\u00ff\u00ff\u00ff\u00ff\u000f").damaged(good);
      DynamicMessage theirs = null;
      try {
        theirs = DynamicMessage.parseFrom(type, bytes);
      } catch (InvalidProtocolBufferException refused) {
        assertThat(refused).isNotNull();
      }
      try {
        Message ours = decode(Codec.PROTO, type, bytes);
        assertThat(theirs).as("taken by us alone").isNotNull();
        assertThat(Golden.plain(ours, type))
            .usingRecursiveComparison()
            .isEqualTo(Golden.plain(theirs));
      } catch (RpcException refused) {
        // Its Java library cuts a tag to 32 bits, where others refuse it.
        if (!refused.getMessage().contains("invalid tag"))
          assertThat(theirs).as(refused.getMessage()).isNull();
      }
    });
  }

  @Test
  void damagedJson() {
    Rounds.run(seed -> {
      Descriptor type = type(seed);
      DynamicMessage good = Golden.random(type, new Random(seed));
      byte[] bytes = new Grammar(seed, "\"", "{}", "null", "\\u0000").damaged(utf8(good));
      try {
        Message ours = decode(Codec.JSON, type, bytes);
        sameAsProtobuf(type, bytes, ours);
      } catch (RpcException refused) {
        assertThat(refused.code()).isEqualTo(RpcCode.INVALID_ARGUMENT);
      }
    });
  }

  /// Its parser is laxer in some things (comments, unquoted names), so only what both take is
  /// compared.
  private static void sameAsProtobuf(Descriptor type, byte[] bytes, Message ours) {
    var theirs = DynamicMessage.newBuilder(type);
    try {
      JsonFormat.parser()
          .ignoringUnknownFields()
          .merge(new String(bytes, StandardCharsets.UTF_8), theirs);
    } catch (InvalidProtocolBufferException refused) {
      return;
    }
    assertThat(Golden.plain(ours, type))
        .as(new String(bytes, StandardCharsets.UTF_8))
        .usingRecursiveComparison()
        .isEqualTo(Golden.plain(theirs.build()));
  }

  private static byte[] utf8(DynamicMessage message) {
    try {
      return JsonFormat.printer().print(message).getBytes(StandardCharsets.UTF_8);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void damagedEnvelopes() {
    Rounds.run(seed -> {
      var grammar =
          new Grammar(
              seed,
              "\0\0\0\0\0",
              "\0\0\0\0\2{}",
              "\2\0\0\0\2{}",
              "\1\0\0\0\4abcd",
              "\0\u007f\u00ff\u00ff\u00ff",
              "\0\0\u00ff\u00ff\u00ff",
              "\4\0\0\0\0");
      byte[] bytes = grammar.sentence(6);
      var memory = new MessageMemory(64 << 20);
      var reader = new EnvelopeReader(grammar.pieces(bytes), grammar.random().nextBoolean());
      try (var share = memory.share()) {
        for (int i = 0; reader.next(share) != null; i++) assertThat(i).isLessThan(bytes.length);
      } catch (RpcException refused) {
        assertThat(refused.code()).isNotNull();
      } catch (IOException e) {
        throw new AssertionError("memory does not fail", e);
      }
    });
  }

  @Test
  void damagedGzip() {
    Rounds.run(seed -> {
      var grammar =
          new Grammar(seed, "\u001f\u008b\10\0\0\0\0\0\0\3", "\u001f\u008b\10\u001f", "\0\0\0\0");
      byte[] content = grammar.sentence(20);
      byte[] bytes = grammar.damaged(zipped(content, grammar.random().nextBoolean()));
      try (var in = new GunzipInput(grammar.pieces(bytes))) {
        assertThat(in.readNBytes(1 << 20).length).isLessThan(1 << 20);
      } catch (IOException refused) {
        assertThat(refused).isNotNull();
      }
    });
  }

  private static byte[] zipped(byte[] content, boolean twice) {
    var out = new ByteArrayOutputStream();
    for (int i = 0; i < (twice ? 2 : 1); i++) {
      try (var gzip = new GZIPOutputStream(out)) {
        gzip.write(content);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    return out.toByteArray();
  }

  @Property(tries = 1000)
  void anyBytesAsAMessage(@ForAll byte[] bytes) {
    for (Codec codec : Codec.values()) {
      try {
        assertThat(decode(codec, START, bytes)).isNotNull();
      } catch (RpcException refused) {
        assertThat(refused.code()).isEqualTo(RpcCode.INVALID_ARGUMENT);
      }
    }
  }

  @Property(tries = 500)
  void gzipComesBack(@ForAll byte[] content) throws IOException {
    try (var encoder = new GzipEncoder()) {
      encoder.encode(content, content.length);
      var packed = new ByteArrayInputStream(encoder.bytes(), 0, encoder.length());
      try (var in = new GunzipInput(packed)) {
        assertThat(in.readAllBytes()).isEqualTo(content);
      }
    }
  }

  @Property(tries = 500)
  void anyTextIsWrittenAndReadBack(@ForAll String text) throws RpcException {
    Field field = Field.text(1, "cmd");
    for (Codec codec : Codec.values()) {
      MessageWriter writer = codec.writer();
      writer.text(field, text);
      writer.finish();
      Message back = codec.decode(new MessageType(field), writer.bytes, writer.length);
      String wanted = new String(text.getBytes(StandardCharsets.UTF_16), StandardCharsets.UTF_16);
      assertThat(back.text("cmd")).isEqualTo(wanted);
    }
  }
}
