package atoll.control.http;

import io.netty.handler.codec.http.HttpHeaders;

/// One whole request. Its body is bounded by the server's limit.
record Request(String id, String method, Target target, HttpHeaders headers, byte[] body) {}
