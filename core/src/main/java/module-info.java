/// Nouns without I/O: ids, sizes, refusals, the stages and rungs of a start, and JSON.
module atoll.core {
  exports atoll.core;
  exports atoll.core.json;
}
