package atoll.agent.files;

/// An upload was refused or failed; `status` and the message go to the client.
final class UploadException extends Exception {
  private final int status;

  UploadException(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }
}
