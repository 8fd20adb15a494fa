package atoll.control.http;

import atoll.control.sandbox.Sandboxes;
import atoll.control.sandbox.Templates;
import atoll.control.sandbox.Tokens;
import atoll.control.store.Database;
import atoll.control.store.Teams;
import atoll.control.store.TemplateCounts;
import atoll.protocol.node.NodeService;
import java.time.InstantSource;

/// Everything the routes speak to.
///
/// @param domain base domain told to clients, or null to leave theirs alone
public record Services(
    Database database,
    Teams teams,
    Sandboxes sandboxes,
    Templates templates,
    TemplateCounts counts,
    Tokens tokens,
    NodeService node,
    InstantSource clock,
    String domain) {}
