package atoll.protocol.node;

import atoll.protocol.network.NetworkName;

/// A shared network as its owner sees it.
///
/// @param subnet a CIDR; sandboxes get addresses in it
/// @param gateway the host's address in it
/// @param bridge name of the host's link
/// @param sandboxes how many have a seat in it
/// @param lack why no sandbox can join it now, with the remedy; empty if all is well
public record SharedNetworkInfo(
    NetworkName name, String subnet, String gateway, String bridge, int sandboxes, String lack) {}
