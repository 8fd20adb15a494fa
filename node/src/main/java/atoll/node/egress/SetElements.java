package atoll.node.egress;

import atoll.protocol.network.AddressRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// Ranges as elements of an nft interval set: merged and in order, since overlapping elements in
/// one transaction can spoil a set.
final class SetElements {
  private record Interval(long first, long last) {
    @Override
    public String toString() {
      String from = AddressRange.dotted(first);
      return first == last ? from : from + "-" + AddressRange.dotted(last);
    }
  }

  private SetElements() {}

  /// The `elements = { … }` of a set's declaration; empty for no ranges.
  static String of(List<AddressRange> ranges) {
    if (ranges.isEmpty()) return "";
    return merged(ranges).stream()
        .map(Interval::toString)
        .collect(Collectors.joining(", ", "elements = { ", " }"));
  }

  private static List<Interval> merged(List<AddressRange> ranges) {
    var sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingLong(AddressRange::first));
    var merged = new ArrayList<Interval>();
    for (AddressRange range : sorted) {
      Interval before = merged.isEmpty() ? null : merged.getLast();
      if (before == null || range.first() > before.last() + 1)
        merged.add(new Interval(range.first(), range.last()));
      else
        merged.set(
            merged.size() - 1, new Interval(before.first(), Math.max(before.last(), range.last())));
    }
    return merged;
  }
}
