package atoll.agent.files;

import atoll.agent.http.Response;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Several parts of one file in one answer, `multipart/byteranges`.
final class MultipartRanges {
  private MultipartRanges() {}

  static void send(
      FileInputStream in, Response response, String type, long size, List<ByteRange> ranges)
      throws IOException {
    String boundary = UUID.randomUUID().toString().replace("-", "");
    var heads = new ArrayList<byte[]>();
    byte[] tail = bytes("\r\n--" + boundary + "--\r\n");
    long length = tail.length;
    for (ByteRange range : ranges) {
      String start = heads.isEmpty() ? "--" : "\r\n--";
      byte[] head =
          bytes(
              start
                  + boundary
                  + "\r\nContent-Range: "
                  + range.contentRange(size)
                  + "\r\nContent-Type: "
                  + type
                  + "\r\n\r\n");
      heads.add(head);
      length += head.length + range.length();
    }
    response.header("Content-Type", "multipart/byteranges; boundary=" + boundary);
    OutputStream out = response.sized(206, length);
    for (int i = 0; i < ranges.size(); i++) {
      out.write(heads.get(i));
      response.transfer(in.getChannel(), ranges.get(i).start(), ranges.get(i).length());
    }
    out.write(tail);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
