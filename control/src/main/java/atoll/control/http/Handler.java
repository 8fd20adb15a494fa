package atoll.control.http;

/// Answers requests. May block; whatever it throws becomes an error reply.
@FunctionalInterface
interface Handler {
  Reply handle(Request request);
}
